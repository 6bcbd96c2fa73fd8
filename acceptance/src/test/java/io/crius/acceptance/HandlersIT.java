package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.OciLayout;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.IDMapping;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.RuntimeHandler;
import io.crius.cri.v1.SecurityProfile;
import io.crius.cri.v1.StatusRequest;
import io.crius.cri.v1.UpdateContainerResourcesRequest;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runtime handlers, what each of them allows, classes of workloads, and secrets of the node. */
@Needs(Trait.READS_CRIO_CONF)
class HandlersIT {
    private static final Path FOLDER = temporary();

    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            min_injected_gomaxprocs = 3
            shared_cpuset = "1"
            default_mounts_file = "%1$s/mounts.conf"
            hooks_dir = []

            [crio.runtime.runtimes.second]
            runtime_path = "/usr/sbin/runc"
            runtime_root = "%1$s/second"
            allowed_annotations = ["umask.crio.io", "io.kubernetes.cri-o.ShmSize", "userns-mode.crio.io", "cpu-quota.crio.io",
                "cpu-load-balancing.crio.io", "cpu-shared.crio.io", "seccomp-profile.crio.io"]
            default_annotations = { "umask.crio.io" = "0027" }
            privileged_without_host_devices = true

            [crio.runtime.runtimes.heir]
            inherit_default_runtime = true
            allowed_annotations = ["umask.crio.io"]

            [crio.runtime.runtimes.elsewhere]
            runtime_path = "/nonexistent/runtime"

            [crio.runtime.runtimes.emulating]
            runtime_path = "/usr/sbin/runc"
            runtime_root = "%1$s/emulating"
            platform_runtime_paths = { "linux/amd64" = "%1$s/emulator", "linux/arm64" = "%1$s/emulator" }

            [crio.runtime.workloads.management]
            activation_annotation = "management.example.com"
            annotation_prefix = "resources.example.com"
            allowed_annotations = ["umask.crio.io"]
            resources = { cpushares = 77 }
            """.formatted(FOLDER));

    private static Path temporary() {
        try {
            return Files.createTempDirectory("crius-handlers-");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void runcIsThere() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/runc")), "needs runc");
        Files.writeString(Files.createDirectory(FOLDER.resolve("secrets")).resolve("key"), "secret of the node\n");
        Files.writeString(FOLDER.resolve("mounts.conf"), FOLDER + "/secrets:/run/secrets\n");
        Files.createSymbolicLink(FOLDER.resolve("emulator"), Path.of("/usr/sbin/runc"));
    }

    @AfterAll
    static void removeFolder() throws IOException {
        try (var found = Files.walk(FOLDER)) {
            for (Path path : found.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static Pod pod(String handler, String... annotation) throws IOException {
        var builder = node.pod("web");
        for (int i = 0; i < annotation.length; i += 2) {
            builder.annotation(annotation[i], annotation[i + 1]);
        }
        var config = builder.build();
        return new Pod(node.pods().run(config, handler), config);
    }

    @Test
    void aHandlersDefaultAnnotationsAreBeneathThePods() throws Exception {
        assertThat(node.output(pod("second"), node.shell("main", "umask"))).isEqualTo("0027\n");
        assertThat(node.output(pod("second", "umask.crio.io", "077"), node.shell("main", "umask")))
                .isEqualTo("0077\n");
    }

    @Test
    void aPodMayChooseTheSizeOfItsSharedMemory() throws Exception {
        String size = "df -k /dev/shm | awk 'END { print $2 }'";
        assertThat(node.output(pod("second", "io.kubernetes.cri-o.ShmSize", "16Mi"), node.shell("main", size)))
                .isEqualTo("16384\n");
        assertThat(node.output(pod("second"), node.shell("main", size))).isEqualTo("65536\n");
        Grpc failure = Grpc.failure(() -> pod("second", "shm-size.crio.io", "much"));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .endsWith("annotation shm-size.crio.io: \"much\" is not an amount of memory such as 64m or 1Gi");
    }

    @Test
    void aPodMayChooseItsUserNamespaceByAnnotation() throws Exception {
        var config = node.pod("web")
                .annotation("userns-mode.crio.io", "private:uidmapping=0:200000:65536")
                .user(0)
                .build();
        Pod pod = new Pod(node.pods().run(config, "second"), config);
        assertThat(node.output(pod, node.shell("main", "cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '")))
                .isEqualTo(" 0 200000 65536\n 0 200000 65536\n");
        Grpc failure = Grpc.failure(() -> pod("second", "userns-mode.crio.io", "automatic"));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message()).endsWith("invalid userns mode: \"automatic\"");
    }

    @Test
    void aContainerWithWholeCpusMayBeLeftAloneByTheScheduler() throws Exception {
        Pod pod = pod(
                "second",
                "cpu-quota.crio.io",
                "disable",
                "cpu-load-balancing.crio.io",
                "disable",
                "cpu-shared.crio.io/main",
                "enable");
        String id = node.run(
                pod,
                node.idle("main")
                        .resources(r -> r.setCpusetCpus("0")
                                .setCpuShares(1024)
                                .setCpuQuota(100_000)
                                .setCpuPeriod(100_000)));
        assertThat(node.containers()
                        .exec(id, "sh", "-c", "echo $OPENSHIFT_ISOLATED_CPUS $OPENSHIFT_SHARED_CPUS")
                        .stdout())
                .isEqualTo("0 1\n");
        assertThat(cgroupFile(id, "cpu", "cpu.cfs_quota_us")).isEqualTo("-1");
        assertThat(cgroupFile(id, "cpuset", "cpuset.sched_load_balance")).isEqualTo("0");
        assertThat(cgroupFile(id, "cpuset", "cpuset.cpus")).isEqualTo("0-1");
        // kubelet's CPU manager says the CPUs again as soon as the container runs, and knows nothing of the shared
        // ones.
        var _ = node.client()
                .runtime()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(id)
                        .setLinux(LinuxContainerResources.newBuilder().setCpusetCpus("0"))
                        .build());
        assertThat(cgroupFile(id, "cpuset", "cpuset.cpus")).isEqualTo("0-1");
        assertThat(node.containers().status(id).getResources().getLinux().getCpusetCpus())
                .isEqualTo("0");
        node.containers().stop(id, Duration.ZERO);
        String other = node.run(pod, node.idle("other"));
        assertThat(cgroupFile(other, "cpuset", "cpuset.sched_load_balance")).isEqualTo("1");
    }

    private static String cgroupFile(String container, String controller, String file) throws IOException {
        var parent = node.testNode().cgroup();
        return Files.readString(parent.file(controller, parent.path() + "/crio-" + container, file))
                .strip();
    }

    @Test
    void whatAHandlerDoesNotAllowIsAsIfItWereNotThere() throws Exception {
        assertThat(node.output(pod("", "umask.crio.io", "077"), node.shell("main", "umask")))
                .isEqualTo("0022\n");
    }

    @Test
    void aBadAnnotationThatIsAllowedIsRefusedByName() throws Exception {
        Pod pod = pod("second", "umask.crio.io", "rwx");
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main")));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .isEqualTo("container main: annotation umask.crio.io \"rwx\" is not an octal number such as 0027");
    }

    /** Pushes a profile under which no folder is made, or something else. */
    private static String profile(String name, String type, String content) throws Exception {
        Path folder = Files.createTempDirectory(node.testNode().folder(), "layout");
        OciLayout layout = OciLayout.create(folder.resolve("artifact"));
        layout.tag(name, layout.artifact(type, Map.of("profile.json", content)));
        node.testImages().registry().push(layout, name, "profiles/" + name + ":1");
        return node.testImages().registry().name("profiles/" + name + ":1");
    }

    @Test
    void aSeccompProfileMayComeFromARegistry() throws Exception {
        String type = "application/vnd.cncf.seccomp-profile.config.v1+json";
        String noFolders = profile("no-folders", type, """
                {"defaultAction": "SCMP_ACT_ALLOW",
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}
                """);
        String noLinks = profile("no-links", type, """
                {"defaultAction": "SCMP_ACT_ALLOW",
                 "syscalls": [{"names": ["link", "linkat", "symlink", "symlinkat"], "action": "SCMP_ACT_ERRNO"}]}
                """);
        var container = node.shell(
                "main",
                "mkdir /tmp/x 2>/dev/null || echo no folder; ln -s a /tmp/y 2>/dev/null || echo no link; echo done");
        String key = "seccomp-profile.crio.io";
        assertThat(node.output(pod("second", key, noFolders), container)).isEqualTo("no folder\ndone\n");
        // What says more exactly which container it is for counts; the key of older versions is known.
        assertThat(node.output(pod("second", key + "/main", noLinks, key, noFolders), container))
                .isEqualTo("no link\ndone\n");
        assertThat(node.output(pod("second", "seccomp-profile.kubernetes.cri-o.io", noLinks), container))
                .isEqualTo("no link\ndone\n");
        // A handler that does not allow the annotation does not heed it.
        assertThat(node.output(pod("heir", key, noFolders), container)).isEqualTo("done\n");
        // What the request chooses itself is not changed.
        assertThat(node.output(
                        pod("second", key, noFolders),
                        node.shell("chosen", "mkdir /tmp/x && echo made")
                                .security(s -> s.setSeccomp(SecurityProfile.newBuilder()
                                        .setProfileType(SecurityProfile.ProfileType.RuntimeDefault)))))
                .isEqualTo("made\n");
    }

    @Test
    void whatIsNoSeccompProfileIsRefusedByName() throws Exception {
        String other = profile("other", "application/vnd.example.other", "{}");
        Pod pod = pod("second", "seccomp-profile.crio.io", other);
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main")));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .contains("container main: seccomp profile \"" + other + "\"", "it is not an OCI artifact of type");
        Pod missing = pod("second", "seccomp-profile.crio.io", other + "-missing");
        assertThat(Grpc.failure(() -> node.create(missing, node.idle("main"))).message())
                .contains(other + "-missing");
    }

    @Test
    void aHandlerThatInheritsRunsWithTheDefaultRuntime() throws Exception {
        assertThat(node.output(pod("heir", "umask.crio.io", "077"), node.shell("main", "umask")))
                .isEqualTo("0077\n");
    }

    @Test
    void anImageOfAPlatformRunsWithTheRuntimeForIt() throws Exception {
        assertThat(node.output(pod("emulating"), node.shell("main", "echo emulated")))
                .isEqualTo("emulated\n");
    }

    @Test
    void aHandlerWhoseRuntimeIsMissingIsRefusedWithTheReason() throws Exception {
        Grpc failure = Grpc.failure(() -> pod("elsewhere"));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .contains("elsewhere cannot be used", "/nonexistent/runtime is not an executable file");
    }

    @Test
    void theStatusTellsWhatAHandlersRuntimeCanDo() throws Exception {
        // No pod has used it: kubelet refuses pods of a handler whose features it does not know.
        Await.until(
                "the features of the handler are known",
                Node.LIMIT,
                () -> handlers()
                        .anyMatch(handler -> handler.getName().equals("second")
                                && handler.getFeatures().getRecursiveReadOnlyMounts()));
        assertThat(handlers().map(RuntimeHandler::getName))
                .contains("", "second", "heir", "elsewhere", "emulating")
                .doesNotHaveDuplicates();
    }

    private static java.util.stream.Stream<RuntimeHandler> handlers() {
        return node.client().runtime().status(StatusRequest.getDefaultInstance()).getRuntimeHandlersList().stream();
    }

    @Test
    void aRecursivelyReadOnlyMountIsReadOnlyBelowToo() throws Exception {
        Path outer = Files.createTempDirectory(node.testNode().folder(), "rro-");
        Path inner = Files.createDirectory(outer.resolve("inner"));
        Command.run("mount", "-t", "tmpfs", "tmpfs", inner.toString());
        try {
            String script = "touch /data/inner/x 2>/dev/null && echo written || echo refused";
            Pod pod = pod("second");
            assertThat(node.output(
                            pod, node.shell("plain", script).mount(mount(outer).build())))
                    .isEqualTo("written\n");
            assertThat(node.output(
                            pod,
                            node.shell("main", script)
                                    .mount(mount(outer)
                                            .setRecursiveReadOnly(true)
                                            .build())))
                    .isEqualTo("refused\n");
        } finally {
            Command.run(List.of("umount", inner.toString()));
        }
    }

    @Test
    void aMountWithMappedIdsNeedsARuntimeThatMapsThem() throws Exception {
        Pod pod = pod("second");
        Mount mapped = mount(Path.of("/tmp"))
                .addUidMappings(IDMapping.newBuilder().setHostId(100_000).setLength(65_536))
                .build();
        boolean supported = Command.run("/usr/sbin/runc", "features").contains("\"idmap\"");
        Assumptions.assumeFalse(supported, "asks for a runtime without id-mapped mounts");
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main").mount(mapped)));
        assertThat(failure.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.message())
                .contains("mount of /tmp at /data", "idmap mounts specified but OCI runtime does not support them");
    }

    /** In a pod whose users are others of the node's, files of the node's root belong to the pod's. */
    @Test
    void aMountWithMappedIdsShowsItsFilesAsTheirOwners() throws Exception {
        boolean supported = Command.run("/usr/sbin/runc", "features").contains("\"idmap\"");
        Assumptions.assumeTrue(supported, "needs a runtime with id-mapped mounts");
        var range = IDMapping.newBuilder().setHostId(200_000).setLength(65_536);
        Pod pod = pod("second", "userns-mode.crio.io", "private:uidmapping=0:200000:65536");
        Path folder = Files.createTempDirectory(node.testNode().folder(), "idmap-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createFile(folder.resolve("file"));
        String script = "stat -c %u:%g /data/file";
        Mount plain = mount(folder).build();
        Mount mapped =
                plain.toBuilder().addUidMappings(range).addGidMappings(range).build();
        assertThat(node.output(pod, node.shell("plain", script).mount(plain))).isEqualTo("65534:65534\n");
        assertThat(node.output(pod, node.shell("mapped", script).mount(mapped))).isEqualTo("0:0\n");
    }

    private static Mount.Builder mount(Path source) {
        return Mount.newBuilder()
                .setHostPath(source.toString())
                .setContainerPath("/data")
                .setReadonly(true);
    }

    @Test
    void aPrivilegedContainerOfSuchAHandlerGetsNoDevicesOfTheNode() throws Exception {
        var config = node.pod("web").privileged().build();
        String script = "test -e /dev/kmsg && echo there || echo none";
        Pod without = new Pod(node.pods().run(config, "second"), config);
        assertThat(node.output(without, node.shell("main", script).privileged()))
                .isEqualTo("none\n");
    }

    @Test
    void aWorkloadClassDecidesAboutCpuAndAllowsMore() throws Exception {
        Pod pod = pod(
                "",
                "management.example.com",
                "",
                "umask.crio.io",
                "077",
                "resources.example.com/special",
                "{\"cpushares\": 99, \"cpulimit\": 500}");
        assertThat(node.output(pod, node.shell("umask", "umask"))).isEqualTo("0077\n");
        String usual = node.run(pod, node.idle("usual").resources(r -> r.setCpuShares(512)));
        assertThat(ProcessCgroup.of(node.pid(usual)).cpuShares()).isBetween(51L, 77L);
        String special = node.run(pod, node.idle("special"));
        assertThat(ProcessCgroup.of(node.pid(special)).cpuShares()).isBetween(78L, 99L);
        assertThat(ProcessCgroup.of(node.pid(special)).cpuQuota()).isEqualTo("50000 100000");
    }

    @Test
    void goProgramsAreToldOfTheirShare() throws Exception {
        assertThat(node.output(node.shell("main", "echo $GOMAXPROCS").resources(r -> r.setCpuShares(2048))))
                .isEqualTo("4\n");
        assertThat(node.output(node.shell("main", "echo $GOMAXPROCS"))).isEqualTo("3\n");
        assertThat(node.output(node.shell("main", "echo [$GOMAXPROCS]").resources(r -> r.setCpuQuota(50_000))))
                .isEqualTo("[]\n");
    }

    @Test
    void secretsOfTheNodeAreInEveryContainerAndCannotBeChangedFromThere() throws Exception {
        assertThat(node.output(node.shell("main", "cat /run/secrets/key; echo other > /run/secrets/key")))
                .isEqualTo("secret of the node\n");
        assertThat(FOLDER.resolve("secrets/key")).hasContent("secret of the node\n");
    }
}
