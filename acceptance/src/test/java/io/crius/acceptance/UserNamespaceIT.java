package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.node.TestNode;
import io.crius.acceptance.target.CriusTarget;
import io.crius.acceptance.target.TargetSettings;
import io.crius.acceptance.target.Trait;
import io.crius.client.PodBuilder;
import io.crius.cri.v1.IDMapping;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.UserNamespace;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods whose users are not the node's. */
class UserNamespaceIT {
    private static final int FIRST = 1_000_000;
    private static final int COUNT = 65_536;

    @RegisterExtension
    static final Node node = new Node();

    /** Root of the pod is nobody on the node. */
    static UserNamespace.Builder mapped() {
        IDMapping range = IDMapping.newBuilder()
                .setContainerId(0)
                .setHostId(FIRST)
                .setLength(COUNT)
                .build();
        return UserNamespace.newBuilder()
                .setMode(NamespaceMode.POD)
                .addUids(range)
                .addGids(range);
    }

    private static PodSandboxConfig config(UserNamespace user, NamespaceMode pid) throws IOException {
        return node.pod("web").pid(pid).users(user).build();
    }

    private static Pod run(PodSandboxConfig config) {
        return new Pod(node.pods().run(config), config);
    }

    @Test
    @Needs(Trait.MAPS_USERS)
    void rootInThePodIsNobodyOnTheNode() throws Exception {
        Pod pod = run(config(mapped().build(), NamespaceMode.CONTAINER));
        String id = node.run(pod, node.idle("main"));
        assertThat(node.containers().exec(id, "id", "-u").stdout()).isEqualTo("0\n");
        assertThat(node.containers()
                        .exec(id, "cat", "/proc/self/uid_map")
                        .stdout()
                        .strip()
                        .split("\\s+"))
                .containsExactly("0", Integer.toString(FIRST), Integer.toString(COUNT));
        assertThat(Files.getAttribute(Path.of("/proc/" + node.pid(id)), "unix:uid"))
                .isEqualTo(FIRST);
        assertThat(node.pods()
                        .status(pod.id())
                        .getLinux()
                        .getNamespaces()
                        .getOptions()
                        .getUsernsOptions())
                .isEqualTo(mapped().build());
    }

    @Test
    @Needs(Trait.MAPS_USERS)
    void filesOfTheImageAreTheirOwners() throws Exception {
        Pod pod = run(config(mapped().build(), NamespaceMode.CONTAINER));
        assertThat(node.output(
                        pod,
                        node.shell(
                                "main",
                                "stat -c %u:%g /bin /etc/hostname /etc/resolv.conf; echo x > /made; stat -c %u /made;"
                                        + " echo y > /dev/shm/made && cat /dev/shm/made; hostname")))
                .startsWith("0:0\n0:0\n0:0\n0\ny\n");
    }

    @Test
    @Needs(Trait.MAPS_USERS)
    void thePodsRootHasPowerOverThePodsNetworkOnly() throws Exception {
        Pod pod = run(config(mapped().build(), NamespaceMode.CONTAINER));
        String id = node.run(
                pod,
                node.idle("main")
                        .security(s -> s.setCapabilities(
                                io.crius.cri.v1.Capability.newBuilder().addAddCapabilities("NET_ADMIN"))));
        assertThat(node.containers()
                        .exec(id, "ip", "link", "set", "lo", "mtu", "1400")
                        .exitCode())
                .isZero();
        assertThat(node.pods().status(pod.id()).getNetwork().getIp()).isNotEmpty();
    }

    @Test
    @Needs(Trait.MAPS_USERS)
    void aSharedPidNamespaceIsInTheUserNamespace() throws Exception {
        Pod pod = run(config(mapped().build(), NamespaceMode.POD));
        String one = node.run(pod, node.idle("one").pid(NamespaceMode.POD));
        node.run(pod, node.shell("two", "sleep 4323").pid(NamespaceMode.POD));
        assertThat(node.containers().exec(one, "ps").stdout())
                .contains("sleep 4323")
                .contains("/pause");
    }

    @Test
    @Needs(Trait.MAPS_USERS)
    void itOutlivesTheServer() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("crius.socket") == null, "a server that somebody else runs is not killed");
        Pod pod = run(config(mapped().build(), NamespaceMode.CONTAINER));
        node.testNode().target().kill();
        node.testNode().startTarget();
        String id = node.run(pod, node.idle("main"));
        assertThat(node.containers().exec(id, "cat", "/proc/self/uid_map").stdout())
                .contains(Integer.toString(FIRST));
        assertThat(node.pods()
                        .status(pod.id())
                        .getLinux()
                        .getNamespaces()
                        .getOptions()
                        .getUsernsOptions())
                .isEqualTo(mapped().build());
    }

    /** On a node whose administrator has put ids by for containers. */
    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aPodMayBeGivenIdsThatNobodyHasOrKeepItsOwn() throws Exception {
        Path ids = Files.writeString(node.testNode().folder().resolve("ids"), "containers:" + FIRST + ":20000\n");
        Path launcher = Launcher.program(
                node.testNode().folder().resolve("with-ids"),
                "exec unshare --mount --propagation slave sh -c 'mount --bind " + ids + " /etc/subuid"
                        + " && mount --bind " + ids + " /etc/subgid && exec " + Choice.launcher()
                        + " \"$@\"' sh \"$@\"");
        try (TestNode other = TestNode.start(
                node.testImages().name("pause"),
                Choice.runtime(),
                settings -> CriusTarget.in(settings.withOptions(mapping(settings)), launcher))) {
            other.client().images().pull(node.testImages().busybox());
            assertThat(maps(other, "auto:size=4096", 0)).isEqualTo("0 1000000 4096\n");
            assertThat(maps(other, "auto:size=4096", 0)).isEqualTo("0 1004096 4096\n");
            assertThat(Grpc.failure(() -> maps(other, "auto:size=20000", 0)).code())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            other.removePods();
            assertThat(maps(other, "auto:size=4000;keep-id=true", 1000).lines())
                    .as("what is mapped beside the pod's user, who is the same on the node")
                    .contains("1000 1000 1");
            assertThat(maps(other, "auto:size=4000;map-to-root=true", 1000)).startsWith("0 1000 1\n");
            assertThat(Grpc.failure(() -> maps(other, "auto:size=4000;keep-id=true", 800))
                            .message())
                    .contains("below minimum mappable UID 900");
            assertThat(Grpc.failure(() -> other.client()
                                    .pods()
                                    .run(annotated(other, "auto:keep-id=true").build(), "mapping"))
                            .message())
                    .contains("run_as_user is needed");
        }
    }

    private static String mapping(TargetSettings settings) {
        return """
                [crio.runtime]
                minimum_mappable_uid = 900
                [crio.runtime.runtimes.mapping]
                runtime_path = "%s"
                runtime_root = "%s/mapping"
                allowed_annotations = ["io.kubernetes.cri-o.userns-mode"]
                """.formatted(settings.runtime(), TargetSettings.run(settings.folder()));
    }

    private static PodBuilder annotated(TestNode node, String mode) throws IOException {
        return node.pod("web").annotation("io.kubernetes.cri-o.userns-mode", mode);
    }

    /** Which users a container of such a pod sees, in lines of three numbers. */
    private static String maps(TestNode other, String mode, long user) throws IOException {
        PodSandboxConfig config = annotated(other, mode).user(user).build();
        String pod = other.client().pods().run(config, "mapping");
        String id = other.client()
                .containers()
                .run(pod, node.idle("main").user(user).build(), config);
        return other.client()
                .containers()
                .exec(id, "cat", "/proc/self/uid_map")
                .stdout()
                .lines()
                .map(line -> line.strip().replaceAll(" +", " ") + "\n")
                .sorted()
                .collect(Collectors.joining());
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void mappingsThatCannotBeAreRefused() throws Exception {
        IDMapping range = mapped().getUids(0);
        refused(mapped().clearUids(), "uids has 0 mappings; exactly one is supported");
        refused(mapped().addGids(range), "gids has 2 mappings; exactly one is supported");
        refused(mapped().setUids(0, range.toBuilder().setLength(0)), "uids maps no ids");
        refused(mapped().setUids(0, range.toBuilder().setLength(10)), "both have to be of the same length");
        refused(mapped().setGids(0, range.toBuilder().setHostId(0)), "maps the node's root into the pod");
        refused(mapped().setGids(0, range.toBuilder().setContainerId(1)), "leaves out 0");
        refused(mapped().setMode(NamespaceMode.CONTAINER), "userns_options.mode CONTAINER is not supported");
        assertThat(node.pods().list()).isEmpty();
    }

    private static void refused(UserNamespace.Builder user, String why) throws IOException {
        PodSandboxConfig config = config(user.build(), NamespaceMode.CONTAINER);
        Grpc refusal = Grpc.failure(() -> node.pods().run(config));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.message()).contains(why);
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void theNodesNamespacesAreNotForAPodWithUsersOfItsOwn() throws Exception {
        PodSandboxConfig config = config(mapped().build(), NamespaceMode.NODE);
        Grpc refusal = Grpc.failure(() -> node.pods().run(config));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.message()).contains("it cannot use the node's network, pid or ipc namespace");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aContainerHasTheUsersOfItsPod() throws Exception {
        Pod pod = node.runPod("plain");
        Grpc refusal = Grpc.failure(() -> node.create(
                pod,
                node.idle("main")
                        .security(s -> s.setNamespaceOptions(NamespaceOption.newBuilder()
                                .setPid(NamespaceMode.CONTAINER)
                                .setUsernsOptions(mapped())))));
        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.message()).contains("its userns_options are not those of sandbox");
    }
}
