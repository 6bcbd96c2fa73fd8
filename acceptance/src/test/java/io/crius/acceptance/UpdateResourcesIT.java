package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.HugepageLimit;
import io.crius.cri.v1.LinuxContainerResources;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits of containers that change while they live. */
class UpdateResourcesIT {
    private static final long MIB = 1 << 20;

    @RegisterExtension
    static final Node node = new Node();

    private static void update(String id, Consumer<LinuxContainerResources.Builder> change) {
        var resources = LinuxContainerResources.newBuilder();
        change.accept(resources);
        node.containers().update(id, resources.build());
    }

    private static Grpc refusal(String id, Consumer<LinuxContainerResources.Builder> change) {
        return Grpc.failure(() -> update(id, change));
    }

    private static LinuxContainerResources shown(String id) {
        return node.containers().status(id).getResources().getLinux();
    }

    private static String limited(Pod pod) {
        return node.run(
                pod,
                node.idle("main")
                        .resources(r -> r.setMemoryLimitInBytes(64 * MIB)
                                .setCpuQuota(20_000)
                                .setCpuPeriod(100_000)
                                .setCpuShares(128)));
    }

    @Test
    void limitsOfProcessorsAndMemoryChangeInTheKernel() throws Exception {
        String id = limited(node.runPod("web"));
        var cgroup = ProcessCgroup.of(node.pid(id));
        update(
                id,
                r -> r.setCpuQuota(50_000)
                        .setCpuPeriod(200_000)
                        .setCpuShares(512)
                        .setMemoryLimitInBytes(128 * MIB)
                        .setCpusetCpus("0"));
        assertThat(cgroup.read("memory", "memory.limit_in_bytes", "memory.max")).isEqualTo("" + 128 * MIB);
        assertThat(cgroup.read("cpuset", "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
        assertThat(cgroup.cpuQuota()).isEqualTo("50000 200000");
        assertThat(cgroup.cpuShares()).isBetween(486L, 512L);
    }

    @Test
    void whatIsNotSaidStays() throws Exception {
        String id = limited(node.runPod("web"));
        var cgroup = ProcessCgroup.of(node.pid(id));
        update(id, r -> r.setMemoryLimitInBytes(96 * MIB));
        assertThat(cgroup.cpuQuota()).isEqualTo("20000 100000");
        assertThat(cgroup.cpuShares()).isBetween(102L, 128L);
        update(id, r -> r.setCpuQuota(30_000));
        assertThat(cgroup.cpuQuota()).isEqualTo("30000 100000");
        assertThat(cgroup.read("memory", "memory.limit_in_bytes", "memory.max")).isEqualTo("" + 96 * MIB);
    }

    @Test
    void memoryMayGrowAndShrinkAgain() throws Exception {
        String id = limited(node.runPod("web"));
        var cgroup = ProcessCgroup.of(node.pid(id));
        for (long size : new long[] {256, 32, 512}) {
            update(id, r -> r.setMemoryLimitInBytes(size * MIB));
            assertThat(cgroup.read("memory", "memory.limit_in_bytes", "memory.max"))
                    .isEqualTo("" + size * MIB);
        }
    }

    @Test
    @Needs(Trait.TELLS_USER_AND_RESOURCES)
    void swapIsLimitedAsAskedFor() throws Exception {
        String id = limited(node.runPod("web"));
        var cgroup = ProcessCgroup.of(node.pid(id));
        Assumptions.assumeTrue(
                Files.exists(cgroup.file("memory", "memory.memsw.limit_in_bytes", "memory.swap.max")),
                "needs a kernel that counts swap");
        update(id, r -> r.setMemoryLimitInBytes(100 * MIB).setMemorySwapLimitInBytes(150 * MIB));
        String both = "" + (cgroup.isV1("memory") ? 150 : 50) * MIB;
        assertThat(cgroup.read("memory", "memory.memsw.limit_in_bytes", "memory.swap.max"))
                .isEqualTo(both);
        assertThat(shown(id).getMemorySwapLimitInBytes()).isEqualTo(150 * MIB);
        Grpc refused = refusal(id, r -> r.setMemorySwapLimitInBytes(99 * MIB));
        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.message())
                .contains("memory_swap_limit_in_bytes " + 99 * MIB + " is lower than memory_limit_in_bytes");
    }

    @Test
    @Needs(Trait.TELLS_USER_AND_RESOURCES)
    void theStatusShowsThemAlsoAfterTheServerWasKilled() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("crius.socket") == null, "a server that somebody else runs is not killed");
        Pod pod = node.runPod("web");
        String id = limited(pod);
        update(id, r -> r.setMemoryLimitInBytes(128 * MIB).setCpuShares(256));
        LinuxContainerResources before = shown(id);
        assertThat(before.getMemoryLimitInBytes()).isEqualTo(128 * MIB);
        assertThat(before.getCpuShares()).isEqualTo(256);
        assertThat(before.getCpuQuota()).isEqualTo(20_000);
        assertThat(node.containers().verboseStatus(id).getInfoOrThrow("info")).contains("\"shares\":256");

        node.testNode().target().kill();
        node.testNode().startTarget();
        assertThat(shown(id)).isEqualTo(before);
        node.containers().stop(id, Duration.ofSeconds(10));
        assertThat(shown(id)).isEqualTo(before);
    }

    @Test
    void aCreatedContainerStartsWithTheNewLimits() throws Exception {
        String id =
                node.create(node.runPod("web"), node.idle("main").resources(r -> r.setMemoryLimitInBytes(64 * MIB)));
        update(id, r -> r.setMemoryLimitInBytes(80 * MIB));
        node.containers().start(id);
        assertThat(ProcessCgroup.of(node.pid(id)).read("memory", "memory.limit_in_bytes", "memory.max"))
                .isEqualTo("" + 80 * MIB);
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aLimitBelowWhatIsUsedIsRefusedAndChangesNothing() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell(
                                "main",
                                "x=$(head -c 15000000 /dev/zero | tr '\\0' x); touch /tmp/full; while :; do sleep 1; done")
                        .resources(r -> r.setMemoryLimitInBytes(128 * MIB)));
        Await.until(
                "memory is used",
                Node.LIMIT,
                () -> node.containers().exec(id, "test", "-e", "/tmp/full").exitCode() == 0);
        Grpc refused = refusal(id, r -> r.setMemoryLimitInBytes(13 * MIB).setCpuShares(777));
        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.message())
                .contains("memory validation failed: cannot decrease memory limit to " + 13 * MIB, id);
        assertThat(shown(id).getMemoryLimitInBytes()).isEqualTo(128 * MIB);
        assertThat(shown(id).getCpuShares()).isZero();
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void theOomScoreOfTheProcessesChanges() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main").resources(r -> r.setOomScoreAdj(500)));
        long pid = node.pid(id);
        update(id, r -> r.setOomScoreAdj(800));
        assertThat(Path.of("/proc/" + pid + "/oom_score_adj")).hasContent("800");
        assertThat(shown(id).getOomScoreAdj()).isEqualTo(800);
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void hugePagesAreLimited() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main"));
        var cgroup = ProcessCgroup.of(node.pid(id));
        Assumptions.assumeTrue(
                Files.exists(cgroup.file("hugetlb", "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max")),
                "needs huge pages of 2 MB and the hugetlb controller");
        update(
                id,
                r -> r.addHugepageLimits(
                        HugepageLimit.newBuilder().setPageSize("2MB").setLimit(4 * MIB)));
        assertThat(cgroup.read("hugetlb", "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max"))
                .isEqualTo("" + 4 * MIB);
        assertThat(shown(id).getHugepageLimitsList()).hasSize(1);
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void valuesThatNoKernelTakesAreRefused() throws Exception {
        String id = limited(node.runPod("web"));
        LinuxContainerResources before = shown(id);
        Grpc refused = refusal(id, r -> r.setCpusetCpus("0-").setCpuShares(2000));
        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.message()).contains(id, "cpuset_cpus \"0-\" is not a list", "nothing was changed");
        assertThat(refusal(id, r -> r.setCpuPeriod(10)).message()).contains("cpu_period 10");
        assertThat(refusal(id, r -> r.setMemoryLimitInBytes(-1)).message()).contains("-1 is negative");
        assertThat(refusal(id, r -> r.setCpusetCpus("4000")).message()).contains("refused");
        assertThat(shown(id)).isEqualTo(before);
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void anEndedContainerIsRefused() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "true"));
        node.awaitExit(id);
        assertThat(refusal(id, r -> r.setCpuShares(512)).message()).contains(id);
    }

    @Test
    void anUnknownContainerIsNotFound() {
        assertThat(refusal("f".repeat(64), r -> r.setCpuShares(512)).code()).isEqualTo(Status.Code.NOT_FOUND);
    }
}
