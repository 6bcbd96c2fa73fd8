package io.crius.server.container.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.crius.cri.v1.HugepageLimit;
import io.crius.cri.v1.KeyValue;
import io.crius.cri.v1.LinuxPodSandboxConfig;
import io.crius.cri.v1.LinuxSandboxSecurityContext;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.SecurityProfile;
import io.crius.cri.v1.SecurityProfile.ProfileType;
import io.crius.model.CriusException;
import io.crius.oci.Capability;
import io.crius.oci.image.ImageDefaults;
import io.crius.oci.json.Json;
import io.crius.oci.runtime.Access;
import io.crius.oci.runtime.Capabilities;
import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.LinuxNamespace;
import io.crius.oci.runtime.NamespaceType;
import io.crius.oci.runtime.Rlimit;
import io.crius.oci.runtime.RootfsPropagation;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SpecMount;
import io.crius.server.container.spec.GrantedMount.Writing;
import io.crius.server.container.user.UserResolver.Resolved;
import io.crius.server.node.HandlerRules;
import io.crius.server.state.RequestedMount.Propagation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecGeneratorTest {
    private final SpecFixture fixture = new SpecFixture();

    @TempDir
    Path folder;

    @Test
    void aPlainContainerHasExactlyThis() {
        assertThat(Json.parse(new String(fixture.spec().toBytes(), java.nio.charset.StandardCharsets.UTF_8)))
                .isEqualTo(Json.parse("""
                {"ociVersion":"1.0.2",
                 "process":{"user":{"uid":0,"gid":0,"additionalGids":[0]},
                   "args":["/bin/true"],
                   "env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                          "HOSTNAME=web-host","HOME=/root"],
                   "cwd":"/",
                   "capabilities":{
                     "bounding":%1$s,"effective":%1$s,"permitted":%1$s},
                   "oomScoreAdj":0},
                 "root":{"path":"/rootfs"},
                 "mounts":[
                   {"destination":"/proc","type":"proc","source":"proc","options":["nosuid","noexec","nodev"]},
                   {"destination":"/dev","type":"tmpfs","source":"tmpfs",
                    "options":["nosuid","strictatime","mode=755","size=65536k"]},
                   {"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]},
                   {"destination":"/dev/pts","type":"devpts","source":"devpts",
                    "options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]},
                   {"destination":"/dev/mqueue","type":"mqueue","source":"mqueue",
                    "options":["nosuid","noexec","nodev"]},
                   {"destination":"/dev/shm","type":"bind","source":"/run/pod/shm","options":["bind","rw"]},
                   {"destination":"/etc/resolv.conf","type":"bind","source":"/run/pod/resolv.conf",
                    "options":["bind","rw","nodev","nosuid","noexec"]},
                   {"destination":"/etc/hostname","type":"bind","source":"/run/pod/hostname","options":["bind","rw"]},
                   {"destination":"/run/.containerenv","type":"bind","source":"/run/pod/containerenv",
                    "options":["bind","rw"]},
                   {"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",
                    "options":["nosuid","noexec","nodev","relatime","ro"]}],
                 "annotations":{
                   "io.container.manager":"cri-o",
                   "io.kubernetes.cri-o.Annotations":"{}",
                   "io.kubernetes.cri-o.ContainerID":"%2$s",
                   "io.kubernetes.cri-o.ContainerType":"container",
                   "io.kubernetes.cri-o.Created":"1970-01-01T00:00:00Z",
                   "io.kubernetes.cri-o.IP.0":"10.0.0.7",
                   "io.kubernetes.cri-o.Image":"busybox",
                   "io.kubernetes.cri-o.ImageName":"busybox",
                   "io.kubernetes.cri-o.ImageRef":"%4$s",
                   "io.kubernetes.cri-o.ImageRepoDigests":"busybox@sha256:c",
                   "io.kubernetes.cri-o.Labels":"{}",
                   "io.kubernetes.cri-o.LogPath":"/logs/main.log",
                   "io.kubernetes.cri-o.Metadata":"{\\"name\\":\\"main\\"}",
                   "io.kubernetes.cri-o.MountPoint":"/rootfs",
                   "io.kubernetes.cri-o.Name":"k8s_main_web_default_uid-1_0",
                   "io.kubernetes.cri-o.ResolvPath":"/run/pod/resolv.conf",
                   "io.kubernetes.cri-o.SandboxID":"%3$s",
                   "io.kubernetes.cri-o.SandboxName":"k8s_web_default_uid-1_0",
                   "io.kubernetes.cri-o.SeccompProfilePath":"",
                   "io.kubernetes.cri-o.Stdin":"false",
                   "io.kubernetes.cri-o.StdinOnce":"false",
                   "io.kubernetes.cri-o.TTY":"false",
                   "io.kubernetes.cri-o.Volumes":"[]",
                   "org.opencontainers.image.stopSignal":"SIGTERM"},
                 "linux":{
                   "resources":{"devices":[{"allow":false,"access":"rwm"}]},
                   "cgroupsPath":"/pods/web/crio-%2$s",
                   "namespaces":[{"type":"mount"},{"type":"network","path":"/ns/net"},
                     {"type":"ipc","path":"/ns/ipc"},{"type":"uts","path":"/ns/uts"},{"type":"pid"}]}}
                """.formatted("""
                        ["CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_FOWNER","CAP_FSETID","CAP_KILL","CAP_SETGID",
                         "CAP_SETUID","CAP_SETPCAP","CAP_NET_BIND_SERVICE"]""", "b".repeat(64), "a".repeat(64), "c".repeat(64))));
    }

    @Test
    void theRequestsEnvironmentBeatsTheImagesAndThatTheConfigurations() {
        fixture.process = new NodeRules.ProcessRules(List.of("A=config", "B=config", "PATH=/config"), List.of(), 0, 0);
        fixture.image = image(List.of("B=image", "C=image", "TERM=vt100", "HOSTNAME=baked"));
        fixture.config.setTty(true).addEnvs(env("C", "request")).addEnvs(env("D", "two\nlines=1"));

        assertThat(fixture.spec().process().env())
                .containsExactly(
                        "PATH=/config",
                        "TERM=vt100",
                        "A=config",
                        "B=image",
                        "C=request",
                        "HOSTNAME=web-host",
                        "D=two\nlines=1",
                        "HOME=/root");
    }

    @Test
    void aHomeOrHostnameOfTheRequestStays() {
        fixture.config.addEnvs(env("HOME", "/mine")).addEnvs(env("HOSTNAME", "other"));
        assertThat(fixture.spec().process().env()).contains("HOME=/mine", "HOSTNAME=other");
    }

    @Test
    void theWorkingFolderIsTheRequestsElseTheImages() {
        fixture.image = new ImageDefaults(
                "", List.of(), List.of(), List.of(), "/srv", Set.of(), Set.of(), Map.of(), Optional.empty());
        assertThat(fixture.spec().process().cwd()).isEqualTo("/srv");
        fixture.config.setWorkingDir("/work");
        assertThat(fixture.spec().process().cwd()).isEqualTo("/work");
        fixture.config.setWorkingDir("relative");
        assertThatThrownBy(fixture::spec)
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("working_dir \"relative\" of the container is not an absolute path");
    }

    @Test
    void theConfiguredLimitsOfProcessesAreInTheSpec() {
        fixture.process = new NodeRules.ProcessRules(List.of(), List.of(new Rlimit("RLIMIT_NOFILE", 10, 20)), 0, 0);
        assertThat(fixture.spec().process().rlimits()).containsExactly(new Rlimit("RLIMIT_NOFILE", 10, 20));
    }

    @Test
    void theOomScoreIsNotBelowTheDaemons() {
        fixture.process = new NodeRules.ProcessRules(List.of(), List.of(), -100, 0);
        assertThat(fixture.resources(r -> r.setOomScoreAdj(-998))
                        .spec()
                        .process()
                        .oomScoreAdj())
                .hasValue(-100);
        assertThat(fixture.resources(r -> r.setOomScoreAdj(900))
                        .spec()
                        .process()
                        .oomScoreAdj())
                .hasValue(900);
    }

    // Capabilities

    @Test
    void capabilitiesAreNamedInAnyWayAndBoundedByTheNode() {
        assertThat(bounding(List.of("net_admin", "CAP_SYS_TIME", "SYS_MODULE"), List.of("Chown", "cap_kill")))
                .isEqualTo(EnumSet.of(
                        Capability.CAP_DAC_OVERRIDE,
                        Capability.CAP_FSETID,
                        Capability.CAP_FOWNER,
                        Capability.CAP_SETGID,
                        Capability.CAP_SETUID,
                        Capability.CAP_SETPCAP,
                        Capability.CAP_NET_BIND_SERVICE,
                        Capability.CAP_NET_ADMIN,
                        Capability.CAP_SYS_TIME));
    }

    @Test
    void allIsAddedFirstAndDroppedNextAndSingleOnesCountAfterwards() {
        assertThat(bounding(List.of("all"), List.of("NET_RAW")))
                .hasSize(SpecFixture.AVAILABLE.size() - 1)
                .doesNotContain(Capability.CAP_NET_RAW);
        assertThat(bounding(List.of("CHOWN"), List.of("ALL"))).containsExactly(Capability.CAP_CHOWN);
        assertThat(bounding(List.of("ALL", "KILL"), List.of("All"))).containsExactly(Capability.CAP_KILL);
    }

    @Test
    void anUnknownCapabilityIsRefusedByItsName() {
        assertThatThrownBy(() -> bounding(List.of("FLY"), List.of()))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("unknown capability \"FLY\" to add");
        assertThatThrownBy(() -> bounding(List.of(), List.of("CAP_FLY")))
                .hasMessage("unknown capability \"CAP_FLY\" to drop");
    }

    @Test
    void theyAreInheritableOnlyWhereTheConfigurationSaysSo() {
        assertThat(capabilities().inheritable()).isEmpty();
        fixture.inheritance = NodeRules.Inheritance.INHERITABLE;
        assertThat(capabilities().inheritable()).isEqualTo(Capability.DEFAULTS);
        assertThat(capabilities().ambient()).isEmpty();
    }

    @Test
    void anotherUserThanRootHasThemEffectiveOnlyWhereTheyAreAmbient() {
        fixture.user = new Resolved(1000, 1000, List.of(), "", "");
        assertThat(capabilities().effective()).isEmpty();
        fixture.capabilities(c -> c.addAddAmbientCapabilities("KILL"));
        fixture.capabilities(c -> c.addAddAmbientCapabilities("SYS_ADMIN"));
        assertThat(capabilities())
                .isEqualTo(new Capabilities(
                        Capability.DEFAULTS,
                        Set.of(Capability.CAP_KILL),
                        Set.of(Capability.CAP_KILL),
                        Capability.DEFAULTS,
                        Set.of(Capability.CAP_KILL)));
    }

    // Mounts

    @Test
    void requestedMountsTakeThePlaceOfTheOwnOnesAndAreSortedByDepth() {
        fixture.mounts = List.of(
                mount("/data/deep/er", Writing.READ_ONLY, Propagation.PRIVATE),
                mount("/etc/hostname", Writing.READ_WRITE, Propagation.PRIVATE),
                mount("/data", Writing.READ_WRITE, Propagation.PRIVATE),
                mount("/data", Writing.RECURSIVE_READ_ONLY, Propagation.PRIVATE));
        List<SpecMount> mounts = fixture.spec().mounts();

        assertThat(at(mounts, "/data")).containsExactly(bind("/data", "rbind", "ro", "rro", "rprivate"));
        assertThat(at(mounts, "/etc/hostname")).containsExactly(bind("/etc/hostname", "rbind", "rw", "rprivate"));
        assertThat(at(mounts, "/data/deep/er")).containsExactly(bind("/data/deep/er", "rbind", "ro", "rprivate"));
        assertThat(mounts.stream().map(SpecMount::destination))
                .containsSubsequence("/data", "/data/deep/er")
                .doesNotHaveDuplicates();
    }

    @Test
    void aRequestedDevOrSysComesWithAllBelowIt() {
        fixture.mounts = List.of(
                mount("/dev", Writing.READ_WRITE, Propagation.PRIVATE),
                mount("/sys", Writing.READ_ONLY, Propagation.PRIVATE));
        assertThat(fixture.spec().mounts().stream().map(SpecMount::destination))
                .containsExactly(
                        "/proc", "/dev", "/sys", "/dev/shm", "/etc/resolv.conf", "/etc/hostname", "/run/.containerenv");
    }

    @Test
    void theRootsPropagationIsWhatItsMountsNeed() {
        assertThat(fixture.spec().linux().rootfsPropagation()).isEmpty();
        fixture.mounts = List.of(mount("/a", Writing.READ_WRITE, Propagation.HOST_TO_CONTAINER));
        assertThat(fixture.spec().linux().rootfsPropagation()).contains(RootfsPropagation.RSLAVE);
        assertThat(at(fixture.spec().mounts(), "/a")).containsExactly(bind("/a", "rbind", "rw", "rslave"));
        fixture.mounts = List.of(
                mount("/a", Writing.READ_WRITE, Propagation.HOST_TO_CONTAINER),
                mount("/b", Writing.READ_WRITE, Propagation.BIDIRECTIONAL));
        assertThat(fixture.spec().linux().rootfsPropagation()).contains(RootfsPropagation.RSHARED);
    }

    @Test
    void withReadOnlyEveryRootIsReadOnlyAndTheUsualFoldersAreNot() {
        fixture.files = new NodeRules.FileRules(Access.READ_ONLY, Optional.of(Path.of("/zone")));
        RuntimeSpec spec = fixture.spec();
        assertThat(spec.root().orElseThrow().access()).isEqualTo(Access.READ_ONLY);
        assertThat(spec.mounts())
                .contains(
                        SpecMount.of("/run", "tmpfs", "tmpfs", tmpfs("mode=0755")),
                        SpecMount.of("/tmp", "tmpfs", "tmpfs", tmpfs("mode=1777")),
                        SpecMount.of("/var/tmp", "tmpfs", "tmpfs", tmpfs("mode=1777")),
                        SpecMount.bind("/run/pod/hostname", "/etc/hostname", List.of("bind", "ro")),
                        SpecMount.bind("/zone", "/etc/localtime", List.of("bind", "ro", "nodev", "nosuid", "noexec")));
    }

    @Test
    void resolvConfIsReadOnlyWithAReadOnlyRoot() {
        fixture.security(s -> s.setReadonlyRootfs(true));
        assertThat(at(fixture.spec().mounts(), "/etc/resolv.conf").getFirst().options())
                .contains("ro")
                .doesNotContain("rw");
    }

    @Test
    void thePartOfCgroupsIsWritableForPrivilegedContainersAlone() {
        assertThat(at(fixture.spec().mounts(), "/sys/fs/cgroup").getFirst().options())
                .contains("ro");
        fixture.security(s -> s.setPrivileged(true));
        assertThat(at(fixture.spec().mounts(), "/sys/fs/cgroup").getFirst().options())
                .contains("rw")
                .doesNotContain("ro");
    }

    @Test
    void aPodOnTheHostsNetworkSeesTheHostsNames() {
        fixture.pod.setLinux(LinuxPodSandboxConfig.newBuilder()
                .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                        .setNamespaceOptions(NamespaceOption.newBuilder()
                                .setNetwork(NamespaceMode.NODE)
                                .setPid(NamespaceMode.CONTAINER))));
        assertThat(at(fixture.spec().mounts(), "/etc/hosts"))
                .containsExactly(SpecMount.bind("/etc/hosts", "/etc/hosts", List.of("bind", "rw")));
    }

    @Test
    void filesMadeForTheContainerAreMountedUnlessTheirPlaceIsTaken() {
        fixture.ownFiles = Map.of("/etc/passwd", Path.of("/var/c/passwd"));
        assertThat(at(fixture.spec().mounts(), "/etc/passwd"))
                .containsExactly(SpecMount.bind(
                        "/var/c/passwd", "/etc/passwd", List.of("bind", "rw", "nodev", "nosuid", "noexec")));
        fixture.mounts = List.of(mount("/etc", Writing.READ_WRITE, Propagation.PRIVATE));
        assertThat(at(fixture.spec().mounts(), "/etc/passwd")).isEmpty();
    }

    // Isolation

    @Test
    void whatIsMaskedGrowsByTheUsualPathsAndLeavesRequestedMountsVisible() {
        fixture.security(
                s -> s.addMaskedPaths("/proc/kcore").addMaskedPaths("/secret").addReadonlyPaths("/proc/sys"));
        fixture.mounts = List.of(mount("/secret", Writing.READ_WRITE, Propagation.PRIVATE));
        RuntimeSpec spec = fixture.spec();
        assertThat(spec.linux().maskedPaths())
                .contains("/proc/kcore", "/proc/asound", "/sys/firmware")
                .doesNotContain("/secret")
                .isSorted();
        assertThat(spec.linux().readonlyPaths()).containsExactly("/proc/sys");
    }

    @Test
    void howHotAProcessorRunsIsMasked() throws IOException {
        Path hot = Files.createDirectories(folder.resolve("cpu12/thermal_throttle"));
        Files.createDirectories(folder.resolve("cpufreq/thermal_throttle"));
        Files.createDirectories(folder.resolve("cpu1"));
        fixture.security(s -> s.addMaskedPaths("/proc/kcore"));
        RuntimeSpec spec =
                new IsolationStep(fixture.rules().seccomp(), folder).apply(fixture.facts(), RuntimeSpec.EMPTY);
        assertThat(spec.linux().maskedPaths().stream().filter(path -> path.startsWith(folder.toString())))
                .containsExactly(hot.toString());
    }

    @Test
    void seccompIsWhatTheRequestOrTheHandlerSays() throws IOException {
        assertThat(fixture.spec().linux().seccomp()).isEmpty();
        fixture.security(s -> s.setSeccomp(profile(ProfileType.RuntimeDefault, "")));
        assertThat(fixture.spec().linux().seccomp()).isPresent();
        Path own = Files.writeString(folder.resolve("own.json"), "{\"defaultAction\":\"SCMP_ACT_LOG\"}");
        fixture.handler = HandlerRules.NONE.withSeccomp(Optional.of(own));
        assertThat(fixture.spec()
                        .linux()
                        .seccomp()
                        .orElseThrow()
                        .defaultAction()
                        .name())
                .contains("LOG");
        fixture.security(s -> s.setSeccomp(profile(ProfileType.Unconfined, "")));
        assertThat(fixture.spec().linux().seccomp()).isEmpty();
    }

    @Test
    void aLocalProfileThatCannotBeLoadedIsNamed() throws IOException {
        assertThat(localProfile(folder.resolve("none")))
                .isEqualTo("unable to load local profile \"" + folder + "/none\": there is no such file");
        assertThat(localProfile(folder))
                .isEqualTo("unable to load local profile \"" + folder + "\": it is not a regular file");
        assertThat(localProfile(Files.writeString(folder.resolve("bad"), "{")))
                .startsWith("unable to load local profile \"" + folder + "/bad\": ");
        assertThat(localProfile(Path.of("relative")))
                .isEqualTo("container main: unable to load local profile \"relative\": the path is not absolute");
        fixture.seccomp = NodeRules.Support.MISSING;
        assertThat(localProfile(folder.resolve("none"))).contains("seccomp is not enabled, cannot run with custom");
    }

    @Test
    void appArmorConfinesWhereTheNodeHasIt() {
        fixture.security(s -> s.setApparmor(profile(ProfileType.Localhost, "localhost/mine")));
        assertThat(fixture.spec().process().apparmorProfile()).isEmpty();
        fixture.apparmor = apparmor(Optional.of("crio-default"));
        assertThat(fixture.spec().process().apparmorProfile()).contains("mine");
        fixture.security(s -> s.setApparmor(profile(ProfileType.RuntimeDefault, "")));
        assertThat(fixture.spec().process().apparmorProfile()).contains("crio-default");
        fixture.security(s -> s.setApparmor(profile(ProfileType.Unconfined, "")));
        assertThat(fixture.spec().process().apparmorProfile()).isEmpty();
        fixture.security(s -> s.setApparmor(profile(ProfileType.Localhost, "other")));
        assertThatThrownBy(fixture::spec)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("container main: AppArmor profile \"other\" is not loaded");
        fixture.security(s -> s.setPrivileged(true));
        assertThat(fixture.spec().process().apparmorProfile()).isEmpty();
    }

    @Test
    void whoChoosesNoAppArmorProfileHasTheDefaultOne() {
        fixture.apparmor = apparmor(Optional.of("crio-default"));
        assertThat(fixture.spec().process().apparmorProfile()).contains("crio-default");
        fixture.apparmor = apparmor(Optional.of("other"));
        assertThatThrownBy(fixture::spec).hasMessage("container main: AppArmor profile \"other\" is not loaded");
        fixture.apparmor = apparmor(Optional.empty());
        assertThat(fixture.spec().process().apparmorProfile()).isEmpty();
        fixture.security(s -> s.setApparmor(profile(ProfileType.RuntimeDefault, "")));
        assertThat(fixture.spec().process().apparmorProfile()).isEmpty();
        fixture.security(s -> s.setApparmor(profile(ProfileType.Localhost, "mine")));
        assertThat(fixture.spec().process().apparmorProfile()).contains("mine");
    }

    /** Of a node that has every profile but {@code other}. */
    private static NodeRules.AppArmorRules apparmor(Optional<String> standard) {
        return new NodeRules.AppArmorRules(NodeRules.Support.THERE, standard, name -> {
            if (name.equals("other")) {
                throw new CriusException.FailedPrecondition("AppArmor profile \"other\" is not loaded");
            }
        });
    }

    @Test
    void aKernelWithoutSeccompRunsTheDefaultWithoutIt() {
        fixture.seccomp = NodeRules.Support.MISSING;
        fixture.security(s -> s.setSeccomp(profile(ProfileType.RuntimeDefault, "")));
        assertThat(fixture.spec().linux().seccomp()).isEmpty();
    }

    @Test
    void aPrivilegedContainerHasWhatTheDaemonHasAndNothingMasked() throws IOException {
        fixture.security(s -> s.setPrivileged(true)
                .addMaskedPaths("/proc/kcore")
                .addReadonlyPaths("/proc/sys")
                .setSeccomp(profile(ProfileType.RuntimeDefault, "")));
        RuntimeSpec spec = fixture.spec();
        assertThat(spec.process().capabilities()).contains(Capabilities.of(SpecFixture.AVAILABLE));
        assertThat(spec.linux().maskedPaths()).isEmpty();
        assertThat(spec.linux().readonlyPaths()).isEmpty();
        assertThat(spec.linux().seccomp()).isEmpty();
        assertThat(spec.linux().resources().devices()).containsExactly(DeviceRule.ALLOW_ALL);
        assertThat(at(spec.mounts(), "/sys").getFirst().options())
                .containsExactly("nosuid", "noexec", "nodev", "rw", "rslave");

        fixture.privilegedSeccomp =
                Optional.of(Files.writeString(folder.resolve("p"), "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}"));
        fixture.handler = HandlerRules.NONE.withPrivilegedDevices(HandlerRules.PrivilegedDevices.NONE);
        assertThat(fixture.spec().linux().seccomp()).isPresent();
        assertThat(fixture.spec().linux().resources().devices()).containsExactly(DeviceRule.DENY_ALL);
    }

    @Test
    void onTheSecondVersionOfCgroupsAContainerSeesItsOwn() {
        fixture.hierarchy = NodeRules.Hierarchy.V2;
        assertThat(fixture.spec().linux().namespace(NamespaceType.CGROUP))
                .contains(LinuxNamespace.fresh(NamespaceType.CGROUP));
        fixture.security(s -> s.setPrivileged(true));
        assertThat(fixture.spec().linux().namespace(NamespaceType.CGROUP)).isEmpty();
    }

    // Resources

    @Test
    void swapIsLimitedToTheMemorysLimitWhereNobodySaysAnother() {
        fixture.resources(r -> r.setMemoryLimitInBytes(100));
        assertThat(fixture.spec().linux().resources().memory().swap()).hasValue(100);
        fixture.resources(r -> r.setMemorySwapLimitInBytes(300));
        assertThat(fixture.spec().linux().resources().memory().swap()).hasValue(300);
        fixture.resources(r -> r.setMemorySwapLimitInBytes(-1));
        assertThat(fixture.spec().linux().resources().memory().swap()).hasValue(-1);
        fixture.resources(r -> r.setMemorySwapLimitInBytes(99));
        assertThatThrownBy(fixture::spec)
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("container main create failed because memory swap limit (99) cannot be lower than memory"
                        + " limit (100)");
        fixture.controllers = new io.crius.cgroup.Controllers(Set.of("memory"), false);
        assertThat(fixture.spec().linux().resources().memory().swap()).isEmpty();
        assertThat(fixture.spec().linux().resources().memory().limit()).hasValue(100);
    }

    @Test
    void limitsThatTheNodeDoesNotKnowAreLeftOut() {
        fixture.pids = 50;
        fixture.resources(r -> r.addHugepageLimits(
                        HugepageLimit.newBuilder().setPageSize("2MB").setLimit(1 << 21))
                .putUnified("memory.high", "max"));
        var known = fixture.spec().linux().resources();
        assertThat(known.pidsLimit()).hasValue(50);
        assertThat(known.hugepageLimits()).containsExactly(new io.crius.oci.runtime.HugepageLimit("2MB", 1 << 21));
        assertThat(known.unified()).isEmpty();

        fixture.hierarchy = NodeRules.Hierarchy.V2;
        fixture.controllers = new io.crius.cgroup.Controllers(Set.of(), false);
        var unknown = fixture.spec().linux().resources();
        assertThat(unknown.pidsLimit()).isEmpty();
        assertThat(unknown.hugepageLimits()).isEmpty();
        assertThat(unknown.unified()).containsExactly(Map.entry("memory.high", "max"));
    }

    private Capabilities capabilities() {
        return fixture.spec().process().capabilities().orElseThrow();
    }

    private Set<Capability> bounding(List<String> add, List<String> drop) {
        fixture.capabilities(c -> c.clear().addAllAddCapabilities(add).addAllDropCapabilities(drop));
        return capabilities().bounding();
    }

    private String localProfile(Path file) {
        fixture.security(s -> s.setSeccomp(profile(ProfileType.Localhost, file.toString())));
        CriusException failure =
                org.assertj.core.api.Assertions.catchThrowableOfType(CriusException.class, fixture::spec);
        return String.valueOf(failure.getMessage());
    }

    private static SecurityProfile profile(ProfileType type, String reference) {
        return SecurityProfile.newBuilder()
                .setProfileType(type)
                .setLocalhostRef(reference)
                .build();
    }

    private static KeyValue env(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    private static ImageDefaults image(List<String> env) {
        return new ImageDefaults("", env, List.of(), List.of(), "", Set.of(), Set.of(), Map.of(), Optional.empty());
    }

    private static GrantedMount mount(String destination, Writing writing, Propagation propagation) {
        return GrantedMount.ofNode(Path.of("/host" + destination), destination, writing, propagation);
    }

    private static SpecMount bind(String destination, String... options) {
        return SpecMount.bind("/host" + destination, destination, List.of(options));
    }

    private static List<String> tmpfs(String mode) {
        return List.of("rw", "noexec", "nosuid", "nodev", "tmpcopyup", mode);
    }

    private static List<SpecMount> at(List<SpecMount> mounts, String destination) {
        return mounts.stream().filter(m -> m.destination().equals(destination)).toList();
    }
}
