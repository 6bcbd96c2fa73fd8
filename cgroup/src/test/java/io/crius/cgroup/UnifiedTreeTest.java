package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The v2 tree on a folder of plain files. */
class UnifiedTreeTest {
    private static final CgroupPath POD = new CgroupPath("/kubepods/pod1");

    @TempDir
    Path root;

    private final List<Duration> pauses = new ArrayList<>();
    private CgroupTree tree = CgroupTree.of(CgroupLayout.parse("1 1 0:1 / /x rw - cgroup2 cgroup2 rw", ""));

    @BeforeEach
    void open() {
        tree = new UnifiedTree(root, new BusyRetry(pauses::add));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void theControllersAreNamedInTheWordsOfV1() throws IOException {
        write("cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma\n");
        Controllers controllers = tree.controllers();
        assertThat(controllers.names()).contains("blkio", "cpu", "memory").doesNotContain("io");
        assertThat(controllers.memory()).isTrue();
        assertThat(controllers.hugetlb()).isTrue();
        assertThat(controllers.pids()).isTrue();
        assertThat(controllers.cpuset()).isTrue();
        assertThat(controllers.swap()).isFalse();
        write("system.slice/memory.swap.max", "max\n");
        assertThat(tree.controllers().swap()).isTrue();
    }

    @Test
    void isolatedCpusAreAskedForFromTheTopAndGivenBackFromTheBottom() throws IOException {
        write("kubepods/cpuset.cpus.exclusive", "7\n");
        write("kubepods/pod1/cpuset.cpus.exclusive", "\n");
        write("kubepods/pod1/cpuset.cpus.partition", "member\n");
        tree.isolate(POD, CpuSet.parse("2-3"));
        assertThat(root.resolve("kubepods/cpuset.cpus.exclusive")).hasContent("2-3,7");
        assertThat(root.resolve("kubepods/pod1/cpuset.cpus.exclusive")).hasContent("2-3");
        tree.endIsolation(POD, CpuSet.parse("2-3"));
        assertThat(root.resolve("kubepods/cpuset.cpus.exclusive")).hasContent("7");
        assertThat(root.resolve("kubepods/pod1/cpuset.cpus.exclusive")).hasContent("\n");
        tree.endIsolation(new CgroupPath("/kubepods/gone"), CpuSet.parse("2-3"));
        assertThat(root.resolve("kubepods/gone")).doesNotExist();
    }

    @Test
    void aKernelThatIsolatesNothingIsToldOf() throws IOException {
        write("kubepods/pod1/cpuset.cpus.partition", "member\n");
        assertThatThrownBy(() -> tree.isolate(POD, CpuSet.parse("2-3")))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("there is no " + root.resolve("kubepods/cpuset.cpus.exclusive"));
    }

    @Test
    void theQuotaIsLifted() throws IOException {
        write("kubepods/pod1/cpu.max", "20000 100000\n");
        tree.liftCpuQuota(POD);
        assertThat(root.resolve("kubepods/pod1/cpu.max")).hasContent("max");
        tree.liftCpuQuota(new CgroupPath("/kubepods/gone"));
        assertThat(root.resolve("kubepods/gone")).doesNotExist();
    }

    @Test
    void controllersArePassedDownToANewCgroup() throws IOException {
        write("cgroup.controllers", "cpu memory pids\n");
        write("cgroup.subtree_control", "memory\n");
        tree.create(POD);
        assertThat(root.resolve("kubepods/pod1")).isDirectory();
        assertThat(root.resolve("cgroup.subtree_control")).hasContent("+cpu +pids");
        assertThat(tree.exists(POD)).isTrue();
    }

    @Test
    void usageIsReadFromItsFiles() throws IOException {
        write("kubepods/pod1/cpu.stat", "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n");
        write("kubepods/pod1/memory.current", "10485760\n");
        write("kubepods/pod1/memory.max", "20971520\n");
        write("kubepods/pod1/memory.stat", "anon 4096\nfile 8192\ninactive_file 485760\npgfault 77\npgmajfault 3\n");
        write("kubepods/pod1/memory.swap.current", "100\n");
        write("kubepods/pod1/memory.swap.max", "1000\n");
        write("kubepods/pod1/memory.events", "low 0\nhigh 0\nmax 5\noom 2\noom_kill 1\n");
        write("kubepods/pod1/pids.current", "12\n");

        CgroupUsage usage = tree.usage(POD).orElseThrow();
        assertThat(usage.cpuNanos()).hasValue(1_234_567_000L);
        assertThat(usage.pids()).hasValue(12);
        assertThat(usage.memory())
                .contains(new MemoryUsage(
                        10_485_760,
                        10_000_000,
                        4096,
                        77,
                        3,
                        OptionalLong.of(20_971_520),
                        OptionalLong.of(100),
                        OptionalLong.of(1000)));
        assertThat(usage.memory().orElseThrow().available()).isEqualTo(10_971_520);
        assertThat(usage.memory().orElseThrow().swapAvailable()).hasValue(900);
        assertThat(tree.oomKills(POD)).hasValue(1);
        assertThat(tree.memoryLimit(POD)).hasValue(20_971_520);
    }

    @Test
    void aFrozenCgroupIsKnown() throws IOException {
        assertThat(tree.isFrozen(POD)).isFalse();
        write("kubepods/pod1/cgroup.freeze", "0\n");
        assertThat(tree.isFrozen(POD)).isFalse();
        write("kubepods/pod1/cgroup.freeze", "1\n");
        assertThat(tree.isFrozen(POD)).isTrue();
    }

    @Test
    void pressureIsReadFromItsFiles() throws IOException {
        write("kubepods/pod1/cpu.stat", "usage_usec 1\n");
        write("kubepods/pod1/cpu.pressure", """
                some avg10=27.69 avg60=35.32 avg300=20.25 total=102881589
                full avg10=0.50 avg60=0.00 avg300=0.00 total=7
                """);
        write("kubepods/pod1/io.pressure", "some avg10=0.00 avg60=0.00 avg300=1.00 total=3\n");
        Pressure.All pressure = tree.usage(POD).orElseThrow().pressure();
        assertThat(pressure.cpu())
                .contains(new Pressure(
                        new Pressure.Share(27.69, 35.32, 20.25, 102_881_589), new Pressure.Share(0.5, 0, 0, 7)));
        assertThat(pressure.memory()).isEmpty();
        assertThat(pressure.io())
                .contains(new Pressure(new Pressure.Share(0, 0, 1, 3), new Pressure.Share(0, 0, 0, 0)));
    }

    @Test
    void detailsAreReadOnlyWhereTheyAreWanted() throws IOException {
        write(
                "kubepods/pod1/cpu.stat",
                "usage_usec 9\nuser_usec 5\nsystem_usec 4\nnr_periods 30\nnr_throttled 20\nthrottled_usec 10\n");
        write("kubepods/pod1/memory.stat", "anon 1\nfile 2\nkernel 3\nfile_mapped 4\npgfault 5\npgmajfault 6\n");
        write("kubepods/pod1/memory.peak", "70\n");
        write("kubepods/pod1/memory.events", "low 0\nmax 8\noom_kill 9\n");
        write(
                "kubepods/pod1/io.stat",
                "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n253:0 wbytes=7\ngarbage\n");
        write("kubepods/pod1/hugetlb.2MB.current", "4096\n");
        write("kubepods/pod1/hugetlb.2MB.rsvd.current", "1\n");
        write("kubepods/pod1/pids.max", "55\n");
        try (CgroupMeter meter = tree.meter(POD, MeterFiles.ONCE)) {
            CgroupDetail all = meter.detail(EnumSet.allOf(CgroupMeter.Part.class), new byte[0]);
            assertThat(all.cpu()).contains(new CgroupDetail.CpuTimes(5_000, 4_000, 30, 20, 10_000));
            assertThat(all.memory()).contains(new CgroupDetail.MemoryDetail(2, 3, 4, 70, 8, 5, 6));
            assertThat(all.devices())
                    .containsExactly(
                            new CgroupDetail.DeviceIo(8, 16, 1, 2, 3, 4),
                            new CgroupDetail.DeviceIo(253, 0, 0, 7, 0, 0));
            assertThat(all.hugepages()).containsExactly(new CgroupDetail.HugepageUsage("2MB", 4096, 0));
            assertThat(all.oomKills()).hasValue(9);
            assertThat(all.pidsLimit()).hasValue(55);
            assertThat(meter.detail(EnumSet.noneOf(CgroupMeter.Part.class), new byte[0]))
                    .isEqualTo(CgroupDetail.NONE);
        }
    }

    @Test
    void noLimitIsNoValue() throws IOException {
        write("kubepods/pod1/memory.max", "max\n");
        write("kubepods/pod1/memory.current", "5\n");
        assertThat(tree.memoryLimit(POD)).isEmpty();
        MemoryUsage memory = tree.usage(POD).orElseThrow().memory().orElseThrow();
        assertThat(memory.limit()).isEmpty();
        assertThat(memory.available()).isZero();
        assertThat(memory.swapAvailable()).isEmpty();
        assertThat(memory.workingSet()).isEqualTo(5);
    }

    @Test
    void aCgroupThatIsNotThereHasNothing() {
        assertThat(tree.exists(POD)).isFalse();
        assertThat(tree.usage(POD)).isEmpty();
        assertThat(tree.memoryLimit(POD)).isEmpty();
        assertThat(tree.oomKills(POD)).isEmpty();
        assertThat(tree.processes(POD)).isEmpty();
        tree.remove(POD);
    }

    @Test
    void hugePagesAreLimitedWithWhatIsPutByForLater() throws IOException {
        write("kubepods/pod1/hugetlb.2MB.max", "max");
        write("kubepods/pod1/hugetlb.2MB.rsvd.max", "max");
        tree.limitHugepages(POD, "2MB", 4096);
        assertThat(root.resolve("kubepods/pod1/hugetlb.2MB.max")).hasContent("4096");
        assertThat(root.resolve("kubepods/pod1/hugetlb.2MB.rsvd.max")).hasContent("4096");
        assertThatThrownBy(() -> tree.limitHugepages(POD, "1GB", 1))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("hugetlb.1GB.max: the node has no pages of that size");
    }

    @Test
    void processesBelowCount() throws IOException {
        write("kubepods/pod1/cgroup.procs", "30\n4\n");
        write("kubepods/pod1/crio-1/cgroup.procs", "");
        write("kubepods/pod1/crio-1/container/cgroup.procs", "200\n0\n");
        assertThat(tree.processes(POD)).containsExactly(4L, 30L, 200L);
    }

    @Test
    void aBusyCgroupIsTriedAgainAndThenNamedWithItsProcesses() throws IOException {
        write("kubepods/pod1/inner/cgroup.procs", "42\n");
        assertThatThrownBy(() -> tree.remove(POD))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageStartingWith("remove cgroup " + root.resolve("kubepods/pod1") + ": ")
                .hasMessageEndingWith("; processes in it: [42]");
        assertThat(pauses).hasSize(11).startsWith(Duration.ofMillis(2), Duration.ofMillis(4));
        assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofMillis(200)) <= 0);
    }

    @Test
    void aCgroupThatBecomesFreeIsRemoved() throws IOException {
        write("kubepods/pod1/cgroup.procs", "42\n");
        tree = new UnifiedTree(root, new BusyRetry(_ -> deleteProcs()));
        tree.remove(POD);
        assertThat(root.resolve("kubepods")).isEmptyDirectory();
    }

    private void deleteProcs() {
        try {
            Files.deleteIfExists(root.resolve("kubepods/pod1/cgroup.procs"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInterruptEndsTheWait() throws IOException {
        write("kubepods/pod1/cgroup.procs", "42\n");
        tree = new UnifiedTree(root, new BusyRetry(_ -> {
            throw new InterruptedException();
        }));
        assertThatThrownBy(() -> tree.remove(POD)).isInstanceOf(CriusException.Cancelled.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void movingAProcessIntoAMissingCgroupSaysWhichAndWhere() {
        assertThatThrownBy(() -> tree.addProcess(POD, 42))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageStartingWith("move process 42 into cgroup " + root.resolve("kubepods/pod1") + ": ");
    }

    @Test
    void filesThatHoldNonsenseAreReported() throws IOException {
        write("kubepods/pod1/memory.current", "many\n");
        assertThatThrownBy(() -> tree.usage(POD)).hasMessage("cgroup file holds \"many\" instead of a number");
    }
}
