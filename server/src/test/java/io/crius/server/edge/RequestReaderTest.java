package io.crius.server.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerMetadata;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.IDMapping;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.Int64Value;
import io.crius.cri.v1.LinuxContainerConfig;
import io.crius.cri.v1.LinuxContainerSecurityContext;
import io.crius.cri.v1.LinuxPodSandboxConfig;
import io.crius.cri.v1.LinuxSandboxSecurityContext;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.PortMapping;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.cri.v1.Signal;
import io.crius.cri.v1.UserNamespace;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.NamespaceModes;
import io.crius.server.state.SecurityProfile;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How requests are read, what is refused then, and how it is named. */
class RequestReaderTest {
    private static final PodId POD = new PodId("a".repeat(64));

    private static CriusException container(Consumer<ContainerConfig.Builder> change) {
        var config = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                .setImage(ImageSpec.newBuilder().setImage("busybox"));
        change.accept(config);
        var request = CreateContainerRequest.newBuilder()
                .setConfig(config)
                .setSandboxConfig(PodSandboxConfig.getDefaultInstance())
                .build();
        return refusal(() -> ContainerReader.read(POD, request));
    }

    private static CriusException pod(Consumer<PodSandboxConfig.Builder> change) {
        var config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("web")
                        .setNamespace("default")
                        .setUid("uid-1"));
        change.accept(config);
        var request = RunPodSandboxRequest.newBuilder().setConfig(config).build();
        return refusal(() -> PodReader.read(request));
    }

    private static CriusException refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable read) {
        CriusException refusal = catchThrowableOfType(CriusException.class, read);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static void isInvalid(CriusException refusal, String message) {
        assertThat(refusal).isInstanceOf(CriusException.InvalidArgument.class).hasMessage(message);
    }

    @Test
    void aContainerNeedsANameAndAnImage() {
        isInvalid(container(ContainerConfig.Builder::clearMetadata), "CreateContainer: config.metadata is missing");
        isInvalid(
                container(c -> c.setMetadata(ContainerMetadata.getDefaultInstance())),
                "container metadata.name is empty");
        isInvalid(container(ContainerConfig.Builder::clearImage), "CreateContainer: config.image is missing");
    }

    @Test
    void aPodNeedsNameNamespaceAndUid() {
        isInvalid(pod(PodSandboxConfig.Builder::clearMetadata), "RunPodSandbox: config.metadata is missing");
        for (String field : java.util.List.of("name", "namespace", "uid")) {
            var metadata = PodSandboxMetadata.newBuilder()
                    .setName("web")
                    .setNamespace("default")
                    .setUid("uid-1");
            switch (field) {
                case "name" -> metadata.clearName();
                case "namespace" -> metadata.clearNamespace();
                default -> metadata.clearUid();
            }
            isInvalid(
                    pod(c -> c.setMetadata(metadata)),
                    "pod metadata." + field + " is empty: kubelet's name, namespace and uid of the pod are all needed");
        }
    }

    @Test
    void mountsThatNobodyCanMeanAreRefused() {
        Mount.Builder mount = Mount.newBuilder().setContainerPath("/data");
        var image = ImageSpec.newBuilder().setImage("model");
        isInvalid(container(c -> c.addMounts(mount)), "mount.HostPath is empty (for container path /data)");
        isInvalid(
                container(c -> c.addMounts(mount.clone().setHostPath("/tmp").setImage(image))),
                "mount at /data: both HostPath \"/tmp\" and image \"model\" are given");
        isInvalid(
                container(c -> c.addMounts(mount.clone().setHostPath("/tmp").setImageSubPath("weights"))),
                "mount at /data: image_sub_path without an image");
        isInvalid(
                container(c ->
                        c.addMounts(mount.clone().setHostPath("/tmp").addUidMappings(IDMapping.getDefaultInstance()))),
                "mount at /data: an id mapping of length 0 maps nothing");
    }

    @Test
    void mountsAreWrittenAsTheyWereRead() {
        var ofImage = Mount.newBuilder()
                .setContainerPath("/data")
                .setImage(ImageSpec.newBuilder().setImage("model"))
                .setImageSubPath("weights")
                .setReadonly(true)
                .build();
        var mapped = Mount.newBuilder()
                .setContainerPath("/data")
                .setHostPath("/tmp")
                .addUidMappings(IDMapping.newBuilder().setHostId(-2).setLength(65536))
                .addGidMappings(IDMapping.newBuilder().setContainerId(5).setLength(1))
                .build();
        assertThat(MountReader.write(MountReader.read(ofImage))).isEqualTo(ofImage);
        assertThat(MountReader.write(MountReader.read(mapped))).isEqualTo(mapped);
        assertThat(MountReader.read(mapped).idMaps().uids().getFirst().hostId()).isEqualTo(4294967294L);
    }

    @Test
    void aUserNamespaceIsThePodsOrTheNodes() {
        for (NamespaceMode mode : List.of(NamespaceMode.CONTAINER, NamespaceMode.TARGET)) {
            CriusException refusal = pod(c -> c.setLinux(LinuxPodSandboxConfig.newBuilder()
                    .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                            .setNamespaceOptions(NamespaceOption.newBuilder()
                                    .setUsernsOptions(UserNamespace.newBuilder().setMode(mode))))));
            isInvalid(refusal, "userns_options.mode " + mode.name() + " is not supported: it is POD or NODE");
        }
    }

    @Test
    void whatTheWireCannotMeanIsRefused() {
        isInvalid(
                container(c -> c.addMounts(Mount.newBuilder()
                        .setContainerPath("/data")
                        .setHostPath("/tmp")
                        .setPropagationValue(9))),
                "unknown propagation of the mount at /data");
        isInvalid(container(c -> c.setStopSignalValue(9999)), "CreateContainer: unknown stop_signal");
        isInvalid(
                container(c -> c.setLinux(LinuxContainerConfig.newBuilder()
                        .setSecurityContext(LinuxContainerSecurityContext.newBuilder()
                                .setRunAsGroup(Int64Value.newBuilder().setValue(5))))),
                "user group is specified without user or username");
    }

    private static ContainerRequest read(Consumer<LinuxContainerSecurityContext.Builder> change) {
        var security = LinuxContainerSecurityContext.newBuilder();
        change.accept(security);
        return ContainerReader.read(
                POD,
                CreateContainerRequest.newBuilder()
                        .setConfig(ContainerConfig.newBuilder()
                                .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                                .setImage(ImageSpec.newBuilder().setImage("busybox"))
                                .setLinux(LinuxContainerConfig.newBuilder().setSecurityContext(security)))
                        .setSandboxConfig(PodSandboxConfig.getDefaultInstance())
                        .build());
    }

    /** Compat: clients older than the structured fields, and annotations that kubelet hands on. */
    @ParameterizedTest
    @CsvSource({
        "unconfined, UNCONFINED, ''",
        "runtime/default, RUNTIME_DEFAULT, ''",
        "docker/default, RUNTIME_DEFAULT, ''",
        "localhost/mine, LOCALHOST, mine",
    })
    @SuppressWarnings("deprecation") // the older forms are the subject
    void theOlderFormOfAProfileCountsWhereTheNewerFieldIsUnset(
            String text, SecurityProfile.Kind kind, String reference) {
        var expected = new SecurityProfile(kind, reference);
        assertThat(read(s -> s.setSeccompProfilePath(text)).security().seccomp())
                .contains(expected);
        assertThat(read(s -> s.setApparmorProfile(text)).security().apparmor()).contains(expected);
        var newer = io.crius.cri.v1.SecurityProfile.newBuilder()
                .setProfileType(io.crius.cri.v1.SecurityProfile.ProfileType.Localhost)
                .setLocalhostRef("newer");
        var both = read(s -> s.setSeccompProfilePath(text)
                        .setApparmorProfile(text)
                        .setSeccomp(newer)
                        .setApparmor(newer))
                .security();
        assertThat(both.seccomp())
                .isEqualTo(both.apparmor())
                .contains(new SecurityProfile(SecurityProfile.Kind.LOCALHOST, "newer"));
    }

    @Test
    void aRequestThatSaysNothingOfNamespacesMeansWhatEmptyOptionsMean() {
        NamespaceModes none = read(_ -> {}).namespaces();
        assertThat(none)
                .isEqualTo(read(s -> s.setNamespaceOptions(NamespaceOption.getDefaultInstance()))
                        .namespaces());
        assertThat(none.pid()).isEqualTo(io.crius.server.state.NamespaceMode.POD);
    }

    @Test
    void theLabelsOfKubeletAreThereWhateverTheCallerSays() {
        var config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("web")
                        .setNamespace("default")
                        .setUid("uid-1"))
                .putLabels("io.kubernetes.pod.name", "another")
                .putLabels("app", "web");
        assertThat(PodReader.read(RunPodSandboxRequest.newBuilder()
                                .setConfig(config)
                                .build())
                        .labels())
                .isEqualTo(Map.of(
                        "io.kubernetes.pod.name", "another",
                        "io.kubernetes.pod.namespace", "default",
                        "io.kubernetes.pod.uid", "uid-1",
                        "app", "web"));
    }

    @Test
    void signalsAreWrittenAsTheyWereRead() {
        for (Signal signal : Signal.values()) {
            if (signal != Signal.UNRECOGNIZED && signal != Signal.RUNTIME_DEFAULT) {
                assertThat(Signals.fromName(Signals.toName(signal))).isEqualTo(signal);
            }
        }
        assertThat(Signals.toName(Signal.SIGRTMINPLUS3)).isEqualTo("SIGRTMIN+3");
        assertThat(Signals.fromName("SIGNONSENSE")).isEqualTo(Signal.RUNTIME_DEFAULT);
    }

    @Test
    void foldersAndPortsOfAPodAreWhatTheyCanBe() {
        isInvalid(pod(c -> c.setLogDirectory("logs")), "log_directory \"logs\" of pod default/web is not absolute");
        isInvalid(pod(c -> c.setLogDirectory("/a\0")), "RunPodSandbox: log_directory contains a NUL character");
        isInvalid(
                pod(c -> c.addPortMappings(
                        PortMapping.newBuilder().setContainerPort(80).setHostPort(65536))),
                "port mapping: host_port 65536 is not between 0 and 65535");
    }
}
