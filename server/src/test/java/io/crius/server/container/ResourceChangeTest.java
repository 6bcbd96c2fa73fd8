package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupfsCgroups;
import io.crius.cgroup.Controllers;
import io.crius.cgroup.CpuSet;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.server.container.spec.NodeRules.Hierarchy;
import io.crius.server.container.spec.NodeRules.LimitRules;
import io.crius.server.cpu.CpuGrant;
import io.crius.server.cpu.CpuWishes;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.LinuxResources.HugepageLimit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResourceChangeTest {
    private static final LinuxResources BEFORE =
            new LinuxResources(100_000, 20_000, 128, 1000, 0, 0, "", "", List.of(), Map.of());

    private static LimitRules node(Hierarchy hierarchy, boolean swap) {
        var tree = CgroupTree.of(CgroupLayout.parse("1 1 0:1 / /x rw - cgroup2 cgroup2 rw", ""));
        return new LimitRules(
                new CgroupfsCgroups(tree), new Controllers(Set.of("cpu", "memory", "hugetlb"), swap), hierarchy, 0);
    }

    private static ResourceChange change(LinuxResources before, LinuxResources changes) {
        return ResourceChange.of("c", before, changes, node(Hierarchy.V2, true), CpuGrant.NONE);
    }

    private static LinuxResources memory(long limit, long swap) {
        return new LinuxResources(0, 0, 0, limit, swap, 0, "", "", List.of(), Map.of());
    }

    private static LinuxResources cpu(long period, long quota, long shares) {
        return new LinuxResources(period, quota, shares, 0, 0, 0, "", "", List.of(), Map.of());
    }

    private static String told(ResourceChange change) {
        return Json.write(change.document().toJson());
    }

    @Test
    void onlyWhatTheChangeTouchesIsTold() {
        var change = change(BEFORE, cpu(0, 0, 512));
        assertThat(told(change)).isEqualTo("{\"cpu\":{\"shares\":512}}");
        assertThat(change.result().memoryLimit()).isEqualTo(1000);
        assertThat(change.result().cpuShares()).isEqualTo(512);
        assertThat(change(BEFORE, LinuxResources.NONE).tellsTheRuntime()).isFalse();
    }

    @Test
    void quotaAndPeriodAreToldTogether() {
        assertThat(told(change(BEFORE, cpu(0, 50_000, 0)))).isEqualTo("{\"cpu\":{\"quota\":50000,\"period\":100000}}");
        assertThat(told(change(BEFORE, cpu(200_000, 0, 0)))).isEqualTo("{\"cpu\":{\"quota\":20000,\"period\":200000}}");
        assertThat(told(change(LinuxResources.NONE, cpu(0, -1, 0))))
                .isEqualTo("{\"cpu\":{\"quota\":-1,\"period\":100000}}");
    }

    /** kubelet's CPU manager says the CPUs of a container again and again, and knows nothing of those that it shares. */
    @Test
    void sharedCpusStayWhateverKubeletSays() {
        var shared = new CpuGrant(CpuSet.parse("1,5"), CpuWishes.Quota.IN_FORCE);
        var change = granted(cpus("2-3"), shared);
        assertThat(told(change)).isEqualTo("{\"cpu\":{\"cpus\":\"1-3,5\"}}");
        assertThat(change.result().cpusetCpus()).isEqualTo("2-3");
        assertThat(told(granted(cpu(0, 100_000, 0), shared)))
                .isEqualTo("{\"cpu\":{\"quota\":300000,\"period\":100000}}");
        assertThat(told(granted(cpu(0, -1, 0), shared))).isEqualTo("{\"cpu\":{\"quota\":-1,\"period\":100000}}");
        var lifted = granted(cpu(0, 100_000, 0), new CpuGrant(CpuSet.EMPTY, CpuWishes.Quota.LIFTED));
        assertThat(told(lifted)).isEqualTo("{\"cpu\":{\"quota\":-1,\"period\":100000}}");
        assertThat(lifted.result().cpuQuota()).isEqualTo(100_000);
    }

    @Test
    void commandsMoveWithTheContainer() {
        var spec = Json.parseObject(
                "{\"process\":{\"cwd\":\"/\",\"execCPUAffinity\":{\"initial\":\"2\",\"final\":\"2\"}}}", "spec");
        assertThat(Json.write(change(LinuxResources.NONE, cpus("4-5")).in(spec)))
                .contains("\"execCPUAffinity\":{\"initial\":\"4\",\"final\":\"4\"}");
        assertThat(Json.write(change(LinuxResources.NONE, cpus("1-5")).in(spec)))
                .contains("\"execCPUAffinity\":{\"initial\":\"2\",\"final\":\"2\"}");
    }

    private static ResourceChange granted(LinuxResources changes, CpuGrant grant) {
        return ResourceChange.of("c", LinuxResources.NONE, changes, node(Hierarchy.V2, true), grant);
    }

    private static LinuxResources cpus(String list) {
        return new LinuxResources(0, 0, 0, 0, 0, 0, list, "", List.of(), Map.of());
    }

    @Test
    void swapFollowsMemoryUnlessItWasAskedFor() {
        assertThat(told(change(BEFORE, memory(2000, 0)))).isEqualTo("{\"memory\":{\"limit\":2000,\"swap\":2000}}");
        assertThat(told(change(memory(1000, 3000), memory(2000, 0))))
                .isEqualTo("{\"memory\":{\"limit\":2000,\"swap\":3000}}");
        assertThat(told(change(memory(1000, -1), memory(2000, 0))))
                .isEqualTo("{\"memory\":{\"limit\":2000,\"swap\":-1}}");
        var grown = change(memory(1000, 1500), memory(2000, 0));
        assertThat(told(grown)).isEqualTo("{\"memory\":{\"limit\":2000,\"swap\":2000}}");
        assertThat(grown.result().memorySwapLimit()).isZero();
        assertThat(told(ResourceChange.of("c", BEFORE, memory(2000, 0), node(Hierarchy.V2, false), CpuGrant.NONE)))
                .isEqualTo("{\"memory\":{\"limit\":2000}}");
    }

    @Test
    void swapBelowOrWithoutMemoryIsRefused() {
        assertThatThrownBy(() -> change(BEFORE, memory(2000, 1999)))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("update the resources of container c: memory_swap_limit_in_bytes 1999 is lower than"
                        + " memory_limit_in_bytes 2000, and counts memory and swap together; nothing was changed");
        assertThatThrownBy(() -> change(LinuxResources.NONE, memory(0, 5)))
                .hasMessageContaining("means nothing without a memory_limit_in_bytes");
    }

    @Test
    void unifiedFilesAreToldToTheSecondVersionOnly() {
        var changes = new LinuxResources(
                0, 0, 0, 0, 0, 0, "", "", List.of(new HugepageLimit("2MB", 4)), Map.of("memory.high", "7"));
        assertThat(told(change(BEFORE, changes))).isEqualTo("{\"unified\":{\"memory.high\":\"7\"}}");
        var onV1 = ResourceChange.of("c", BEFORE, changes, node(Hierarchy.V1, true), CpuGrant.NONE);
        assertThat(onV1.tellsTheRuntime()).isFalse();
        assertThat(onV1.hugepages()).containsExactly(new HugepageLimit("2MB", 4));
        assertThat(onV1.result().hugepages()).hasSize(1);
    }

    @Test
    void theSpecShowsTheNewLimitsAndKeepsTheRest() {
        var spec = Json.parseObject(
                "{\"a\":1,\"linux\":{\"b\":2,\"resources\":{\"devices\":[],\"cpu\":{\"shares\":1,\"cpus\":\"0\"}}}}",
                "test");
        assertThat(Json.write(change(BEFORE, cpu(0, 0, 512)).in(spec)))
                .isEqualTo("{\"a\":1,\"linux\":{\"b\":2,\"resources\":{\"devices\":[],\"cpu\":{\"shares\":512,"
                        + "\"cpus\":\"0\"}}}}");
        assertThat(Json.write(change(BEFORE, cpu(0, 0, 512)).in(Json.parseObject("{}", "test"))))
                .contains("\"shares\":512");
    }

    @Test
    void whatNoKernelTakesIsRefused() {
        assertThatCode(() -> ResourceChecks.check("c", BEFORE)).doesNotThrowAnyException();
        refused(cpu(999, 0, 0), "cpu_period 999 is not between 1000 and 1000000 microseconds");
        refused(cpu(1_000_001, 0, 0), "cpu_period 1000001");
        refused(cpu(0, 999, 0), "cpu_quota 999 is neither -1 nor at least 1000 microseconds");
        refused(cpu(0, -2, 0), "cpu_quota -2");
        refused(cpu(0, 0, -1), "cpu_shares -1 is negative");
        refused(memory(-1, 0), "memory_limit_in_bytes -1 is negative");
        refused(memory(5, -2), "memory_swap_limit_in_bytes -2");
        for (String list : List.of("a", "1-", "1,,2", "1,", "-1", "0 1")) {
            refused(
                    new LinuxResources(0, 0, 0, 0, 0, 0, list, "", List.of(), Map.of()),
                    "cpuset_cpus \"" + list + "\" is not a list of numbers and ranges");
        }
        refused(new LinuxResources(0, 0, 0, 0, 0, 1001, "", "", List.of(), Map.of()), "oom_score_adj 1001");
        refused(
                new LinuxResources(0, 0, 0, 0, 0, 0, "", "", List.of(new HugepageLimit("2", 1)), Map.of()),
                "\"2\" is not a page size");
        for (String file : List.of("../memory.max", "memory", "a/b.c", "")) {
            refused(
                    new LinuxResources(0, 0, 0, 0, 0, 0, "", "", List.of(), Map.of(file, "1")),
                    "unified: \"" + file + "\" is not a file of a cgroup");
        }
    }

    private static void refused(LinuxResources changes, String why) {
        assertThatThrownBy(() -> ResourceChecks.check("c", changes))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("update the resources of container c: ")
                .hasMessageContaining(why)
                .hasMessageEndingWith("; nothing was changed");
    }
}
