package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.HugepageLimit;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.MountPropagation;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Folders and files of the node in containers, and limits in the cgroup's files. */
class ContainerMountsIT {
    @RegisterExtension
    static final Node node = new Node();

    private static Path folder() throws IOException {
        Path folder = Files.createTempDirectory(node.testNode().folder(), "mount-");
        Files.writeString(folder.resolve("file"), "from the node\n");
        return folder;
    }

    @Test
    void aMountIsWrittenFromBothSides() throws Exception {
        Path folder = folder();
        assertThat(node.output(node.shell("main", "cat /data/file; echo from inside > /data/answer")
                        .mount(folder, "/data")))
                .isEqualTo("from the node\n");
        assertThat(folder.resolve("answer")).hasContent("from inside\n");
    }

    @Test
    void aReadOnlyMountCannotBeWritten() throws Exception {
        Path folder = folder();
        assertThat(node.output(node.shell("main", "cat /data/file; touch /data/answer || echo refused")
                        .readOnlyMount(folder, "/data")))
                .isEqualTo("from the node\nrefused\n");
        assertThat(folder.resolve("answer")).doesNotExist();
    }

    @Test
    void aFileIsMountedOverOneOfTheImage() throws Exception {
        Path file = folder().resolve("file");
        assertThat(node.output(node.shell("main", "cat /etc/hosts").mount(file, "/etc/hosts")))
                .isEqualTo("from the node\n");
    }

    @Test
    void aSourceThatIsMissingIsMadeAsAFolder() throws Exception {
        Path missing = folder().resolve("not/there/yet");
        assertThat(node.output(
                        node.shell("main", "test -d /data && echo folder").mount(missing, "/data")))
                .isEqualTo("folder\n");
        assertThat(missing).isDirectory();
    }

    @Test
    void aSymbolicLinkLeadsToItsTarget() throws Exception {
        Path folder = folder();
        Path link = Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "-link"), folder);
        assertThat(node.output(node.shell("main", "cat /data/file").mount(link, "/data")))
                .isEqualTo("from the node\n");
    }

    @Test
    void mountsInsideMountsAreMadeInOrder() throws Exception {
        Path outer = folder();
        Files.createDirectory(outer.resolve("inner"));
        Path inner = folder();
        Files.writeString(inner.resolve("file"), "inner\n");
        assertThat(node.output(node.shell("main", "cat /data/file /data/inner/file")
                        .mount(inner, "/data/inner")
                        .mount(outer, "/data")))
                .isEqualTo("from the node\ninner\n");
    }

    @Test
    void theStatusTellsTheMounts() throws Exception {
        Path folder = folder();
        String id = node.run(node.runPod("web"), node.idle("main").readOnlyMount(folder, "/data"));
        ContainerStatus status = node.containers().status(id);
        assertThat(status.getMountsList()).anySatisfy(mount -> {
            assertThat(mount.getContainerPath()).isEqualTo("/data");
            assertThat(mount.getHostPath()).isEqualTo(folder.toString());
            assertThat(mount.getReadonly()).isTrue();
        });
    }

    @Test
    void aMountWithoutAPathIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc.failure(() -> node.run(
                pod,
                node.idle("main").mount(Mount.newBuilder().setHostPath("/tmp").build())));
        assertThat(node.containers().list())
                .allSatisfy(c -> assertThat(c.getState().getNumber()).isNotEqualTo(1));
    }

    @Test
    void aMountOverTheFilesOfThePodShowsInTheirPlace() throws Exception {
        Path file = folder().resolve("file");
        assertThat(node.output(node.shell("main", "cat /etc/hostname /etc/resolv.conf; mount | grep -c ' /dev/shm '")
                        .mount(file, "/etc/hostname")
                        .mount(file, "/etc/resolv.conf")
                        .mount(Node.parent(file), "/dev/shm")))
                .isEqualTo("from the node\nfrom the node\n1\n");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aSourceThatIsNotAbsoluteIsRefusedByName() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main").mount(Path.of("some/where"), "/data")));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .isEqualTo("container main: mount of some/where at /data: the source is not an absolute path");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aFileInThePlaceOfProcIsRefusedByName() throws Exception {
        Pod pod = node.runPod("web");
        Path file = folder().resolve("file");
        Grpc failure = Grpc.failure(() -> node.create(pod, node.idle("main").mount(file, "/proc")));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message()).contains("container main: mount of " + file + " at /proc");
    }

    @Test
    void mountsMadeLaterOnTheNodeShowWhereTheyShall() throws Exception {
        Path shared = folder();
        Command.run("mount", "--bind", shared.toString(), shared.toString());
        try {
            Command.run("mount", "--make-shared", shared.toString());
            Path later = Files.createDirectory(shared.resolve("later"));
            Pod pod = node.runPod("web");
            String follower = node.run(
                    pod,
                    node.idle("follower").mount(propagating(shared, MountPropagation.PROPAGATION_HOST_TO_CONTAINER)));
            String loner = node.run(pod, node.idle("loner").mount(shared, "/data"));
            Command.run("mount", "-t", "tmpfs", "tmpfs", later.toString());
            Files.writeString(later.resolve("seen"), "");
            assertThat(node.containers().exec(follower, "ls", "/data/later").stdout())
                    .isEqualTo("seen\n");
            assertThat(node.containers().exec(loner, "ls", "/data/later").stdout())
                    .isEmpty();
        } finally {
            Command.run(List.of("umount", "-R", "-l", shared.toString()));
        }
    }

    @Test
    void mountsMadeInAContainerShowOnTheNodeWhereTheyShall() throws Exception {
        Path shared = folder();
        Command.run("mount", "--bind", shared.toString(), shared.toString());
        try {
            Command.run("mount", "--make-shared", shared.toString());
            Path made = Files.createDirectory(shared.resolve("made"));
            Pod pod = node.run(node.pod("web").privileged());
            String id = node.run(
                    pod,
                    node.shell("main", "mount -t tmpfs tmpfs /data/made && touch /data/made/seen; sleep 1000")
                            .privileged()
                            .mount(propagating(shared, MountPropagation.PROPAGATION_BIDIRECTIONAL)));
            Await.until("the mount shows on the node", Node.LIMIT, () -> Files.exists(made.resolve("seen")));
            node.containers().exec(id, "umount", "/data/made");
            assertThat(made.resolve("seen")).doesNotExist();
        } finally {
            Command.run(List.of("umount", "-R", "-l", shared.toString()));
        }
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aPropagatingMountNeedsASourceThatPropagates() throws Exception {
        Path alone = folder();
        Command.run("mount", "--bind", alone.toString(), alone.toString());
        try {
            Command.run("mount", "--make-private", alone.toString());
            Pod pod = node.runPod("web");
            Grpc slave = Grpc.failure(() -> node.create(
                    pod, node.idle("main").mount(propagating(alone, MountPropagation.PROPAGATION_HOST_TO_CONTAINER))));
            assertThat(slave.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(slave.message())
                    .contains("is mounted on \"" + alone + "\" but it is not a shared or slave mount");
            Grpc shared = Grpc.failure(() -> node.create(
                    pod, node.idle("main").mount(propagating(alone, MountPropagation.PROPAGATION_BIDIRECTIONAL))));
            assertThat(shared.message()).contains("is mounted on \"" + alone + "\" but it is not a shared mount");
        } finally {
            Command.run(List.of("umount", "-l", alone.toString()));
        }
    }

    private static Mount propagating(Path source, MountPropagation propagation) {
        return Mount.newBuilder()
                .setHostPath(source.toString())
                .setContainerPath("/data")
                .setPropagation(propagation)
                .build();
    }

    @Test
    void limitsAreInTheFilesOfTheCgroup() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.idle("main")
                        .resources(r -> r.setCpuShares(512)
                                .setCpuPeriod(100_000)
                                .setCpuQuota(50_000)
                                .setCpusetCpus("0")
                                .setMemoryLimitInBytes(64 << 20)));
        ProcessCgroup cgroup = ProcessCgroup.of(node.pid(id));
        assertThat(cgroup.cpuShares()).isBetween(486L, 512L);
        assertThat(cgroup.cpuQuota()).isEqualTo("50000 100000");
        assertThat(cgroup.read("cpuset", "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
        assertThat(cgroup.read("memory", "memory.limit_in_bytes", "memory.max")).isEqualTo(Long.toString(64 << 20));
    }

    @Test
    void swapIsLimitedFromTheStart() throws Exception {
        long limit = 64 << 20;
        String id = node.run(
                node.runPod("web"),
                node.idle("main").resources(r -> r.setMemoryLimitInBytes(limit).setMemorySwapLimitInBytes(limit * 2)));
        ProcessCgroup cgroup = ProcessCgroup.of(node.pid(id));
        Assumptions.assumeTrue(
                Files.exists(cgroup.file("memory", "memory.memsw.limit_in_bytes", "memory.swap.max")),
                "needs a kernel that counts swap");
        assertThat(cgroup.read("memory", "memory.memsw.limit_in_bytes", "memory.swap.max"))
                .isEqualTo(Long.toString(cgroup.isV1("memory") ? limit * 2 : limit));
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void lessSwapThanMemoryIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() -> node.create(
                pod,
                node.idle("main")
                        .resources(r -> r.setMemoryLimitInBytes(64 << 20).setMemorySwapLimitInBytes(32 << 20))));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .contains("memory swap limit (33554432) cannot be lower than memory limit (67108864)");
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void hugePagesAreLimitedFromTheStart() throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB")), "needs huge pages of 2 MB");
        String id = node.run(
                node.runPod("web"),
                node.idle("main")
                        .resources(r -> r.addHugepageLimits(
                                HugepageLimit.newBuilder().setPageSize("2MB").setLimit(4 << 20))));
        ProcessCgroup cgroup = ProcessCgroup.of(node.pid(id));
        Assumptions.assumeTrue(
                Files.exists(cgroup.file("hugetlb", "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max")),
                "needs the hugetlb controller");
        assertThat(cgroup.read("hugetlb", "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max"))
                .isEqualTo(Integer.toString(4 << 20));
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void hugePagesOfNoSizeAreRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(() -> node.create(
                pod,
                node.idle("main")
                        .resources(r -> r.addHugepageLimits(
                                HugepageLimit.newBuilder().setPageSize("huge").setLimit(4 << 20)))));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message()).contains("huge");
    }

    @Test
    void containersAreInTheCgroupOfTheirPod() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main"));
        assertThat(ProcessCgroup.of(node.pid(id)).pathOf("memory"))
                .startsWith(node.testNode().cgroup().path() + "/");
    }
}
