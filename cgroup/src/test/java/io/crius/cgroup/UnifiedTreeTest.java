package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
