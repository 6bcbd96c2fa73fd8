package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** v1 hierarchies on folders of plain files; cpu and cpuacct share one, pids is not mounted. */
class HierarchiesTreeTest {
    private static final CgroupPath POD = new CgroupPath("/kubepods/pod1");
    private static final String UNLIMITED = "9223372036854771712\n";

    @TempDir
    Path root;

    private CgroupTree tree = CgroupTree.of(CgroupLayout.parse("1 1 0:1 / /x rw - cgroup2 cgroup2 rw", ""));

    @BeforeEach
    void open() throws IOException {
        for (String hierarchy : new String[] {"cpu", "cpuset", "memory", "systemd", "unified"}) {
            Files.createDirectories(root.resolve(hierarchy));
        }
        var layout = new CgroupLayout(
                CgroupLayout.Mode.HYBRID,
                Map.of(
                        "cpu", root.resolve("cpu"),
                        "cpuacct", root.resolve("cpu"),
                        "cpuset", root.resolve("cpuset"),
                        "memory", root.resolve("memory")),
                Set.of(root.resolve("systemd")),
                Optional.of(root.resolve("unified")));
        tree = new HierarchiesTree(layout, BusyRetry.REAL);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void aFrozenCgroupIsKnown() throws IOException {
        assertThat(tree.isFrozen(POD)).isFalse();
        var freezer = new HierarchiesTree(
                new CgroupLayout(
                        CgroupLayout.Mode.V1, Map.of("freezer", root.resolve("freezer")), Set.of(), Optional.empty()),
                BusyRetry.REAL);
        assertThat(freezer.isFrozen(POD)).isFalse();
        for (String state : new String[] {"FREEZING", "FROZEN"}) {
            write("freezer/kubepods/pod1/freezer.state", state + "\n");
            assertThat(freezer.isFrozen(POD)).isTrue();
        }
        write("freezer/kubepods/pod1/freezer.state", "THAWED\n");
        assertThat(freezer.isFrozen(POD)).isFalse();
    }

    @Test
    void cgroupsAreMadeInEveryMountedHierarchyAndRemovedEverywhere() throws IOException {
        tree.create(POD);
        assertThat(root.resolve("cpu/kubepods/pod1")).isDirectory();
        assertThat(root.resolve("cpuset/kubepods/pod1")).isDirectory();
        assertThat(root.resolve("memory/kubepods/pod1")).isDirectory();
        assertThat(root.resolve("systemd")).isEmptyDirectory();
        Files.createDirectories(root.resolve("systemd/kubepods/pod1/left"));
        Files.createDirectories(root.resolve("unified/kubepods/pod1"));

        tree.remove(POD);
        for (String hierarchy : new String[] {"cpu", "cpuset", "memory", "systemd", "unified"}) {
            assertThat(root.resolve(hierarchy).resolve("kubepods")).isEmptyDirectory();
        }
    }

    @Test
    void usageIsReadFromItsFiles() throws IOException {
        write("cpu/kubepods/pod1/cpuacct.usage", "123456789\n");
        write("memory/kubepods/pod1/memory.usage_in_bytes", "1000000\n");
        write("memory/kubepods/pod1/memory.limit_in_bytes", "2000000\n");
        write("memory/kubepods/pod1/memory.memsw.usage_in_bytes", "1000500\n");
        write("memory/kubepods/pod1/memory.memsw.limit_in_bytes", "2500000\n");
        write(
                "memory/kubepods/pod1/memory.stat",
                "rss 1\ntotal_rss 300\ntotal_inactive_file 400000\ntotal_pgfault 9\ntotal_pgmajfault 2\n");
        write("memory/kubepods/pod1/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");

        CgroupUsage usage = tree.usage(POD).orElseThrow();
        assertThat(usage.cpuNanos()).hasValue(123_456_789);
        assertThat(usage.pids()).isEmpty();
        assertThat(usage.memory())
                .contains(new MemoryUsage(
                        1_000_000,
                        600_000,
                        300,
                        9,
                        2,
                        OptionalLong.of(2_000_000),
                        OptionalLong.of(500),
                        OptionalLong.of(500_000)));
        assertThat(tree.oomKills(POD)).hasValue(3);
        assertThat(tree.memoryLimit(POD)).hasValue(2_000_000);
    }

    @Test
    void detailsAreReadFromTheirFiles() throws IOException {
        write("cpu/kubepods/pod1/cpuacct.usage", "9\n");
        write("cpu/kubepods/pod1/cpuacct.usage_user", "5\n");
        write("cpu/kubepods/pod1/cpuacct.usage_sys", "4\n");
        write("cpu/kubepods/pod1/cpu.stat", "nr_periods 30\nnr_throttled 20\nthrottled_time 10\n");
        write(
                "memory/kubepods/pod1/memory.stat",
                "pgfault 5\npgmajfault 6\ntotal_cache 2\ntotal_mapped_file 4\ntotal_pgfault 50\n");
        write("memory/kubepods/pod1/memory.kmem.usage_in_bytes", "3\n");
        write("memory/kubepods/pod1/memory.max_usage_in_bytes", "70\n");
        write("memory/kubepods/pod1/memory.failcnt", "8\n");
        write("memory/kubepods/pod1/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
        write("unified/kubepods/pod1/cpu.pressure", "some avg10=1.00 avg60=0.00 avg300=0.00 total=4\n");
        try (CgroupMeter meter = tree.meter(POD, MeterFiles.ONCE)) {
            CgroupDetail all = meter.detail(EnumSet.allOf(CgroupMeter.Part.class), new byte[0]);
            assertThat(all.cpu()).contains(new CgroupDetail.CpuTimes(5, 4, 30, 20, 10));
            assertThat(all.memory()).contains(new CgroupDetail.MemoryDetail(2, 3, 4, 70, 8, 5, 6));
            assertThat(all.oomKills()).hasValue(3);
            assertThat(all.devices()).isEmpty();
            assertThat(all.hugepages()).isEmpty();
            assertThat(all.pidsLimit()).isEmpty();
            Pressure.All pressure = meter.usage(new byte[0]).orElseThrow().pressure();
            assertThat(pressure.cpu().orElseThrow().some().totalMicros()).isEqualTo(4);
            assertThat(pressure.io()).isEmpty();
        }
    }

    @Test
    void readsAndWritesOfADeviceComeFromTwoFiles() {
        assertThat(DeviceLines.hierarchies(
                        "8:0 Read 1\n8:0 Write 2\n8:0 Sync 3\n8:0 Total 6\n8:16 Read 9\nTotal 15\n",
                        "8:0 Read 4\n8:0 Write 5\nTotal 9\n"))
                .containsExactly(
                        new CgroupDetail.DeviceIo(8, 0, 1, 2, 4, 5), new CgroupDetail.DeviceIo(8, 16, 9, 0, 0, 0));
    }

    @Test
    void theLargestLimitsAreNone() throws IOException {
        write("memory/kubepods/pod1/memory.limit_in_bytes", UNLIMITED);
        write("memory/kubepods/pod1/memory.usage_in_bytes", "5\n");
        write("memory/kubepods/pod1/memory.stat", "total_inactive_file 9\n");
        assertThat(tree.memoryLimit(POD)).isEmpty();
        MemoryUsage memory = tree.usage(POD).orElseThrow().memory().orElseThrow();
        assertThat(memory.limit()).isEmpty();
        assertThat(memory.swap()).isEmpty();
        assertThat(memory.workingSet()).isZero();
    }

    @Test
    void aNewCpusetInheritsCpusOnlyWhereItHasNone() throws IOException {
        write("cpuset/cpuset.cpus", "0-3\n");
        write("cpuset/cpuset.mems", "0\n");
        write("cpuset/kubepods/cpuset.cpus", "\n");
        write("cpuset/kubepods/cpuset.mems", "\n");
        write("cpuset/kubepods/pod1/cpuset.cpus", "2\n");
        write("cpuset/kubepods/pod1/cpuset.mems", "\n");
        tree.create(POD);
        assertThat(root.resolve("cpuset/kubepods/cpuset.cpus")).hasContent("0-3");
        assertThat(root.resolve("cpuset/kubepods/pod1/cpuset.cpus")).hasContent("2");
        assertThat(root.resolve("cpuset/kubepods/pod1/cpuset.mems")).hasContent("0");
    }

    @Test
    void controllersAreThoseThatAreMounted() throws IOException {
        assertThat(tree.controllers()).isEqualTo(new Controllers(Set.of("cpu", "cpuacct", "cpuset", "memory"), false));
        write("memory/memory.memsw.limit_in_bytes", UNLIMITED);
        assertThat(tree.controllers().swap()).isTrue();
    }

    @Test
    void processesOfAllHierarchiesCountOnce() throws IOException {
        write("cpu/kubepods/pod1/cgroup.procs", "7\n");
        write("memory/kubepods/pod1/cgroup.procs", "7\n");
        write("systemd/kubepods/pod1/x/cgroup.procs", "9\n");
        assertThat(tree.processes(POD)).containsExactly(7L, 9L);
    }
}
