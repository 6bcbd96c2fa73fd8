package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the node's own cgroups, below a parent with a name of its own. */
class CgroupfsKernelIT {
    private final String parent = "/crius-cgroup-it-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    private final CgroupPath parentPath = new CgroupPath(parent);
    private final PodId pod = PodId.random();
    private final ContainerId container = ContainerId.random();
    private CgroupLayout layout = CgroupLayout.detect();
    private CgroupTree tree = CgroupTree.of(layout);
    private Cgroups cgroups = new CgroupfsCgroups(tree);

    @BeforeEach
    void needsWritableCgroups() {
        layout = CgroupLayout.detect();
        tree = CgroupTree.of(layout);
        cgroups = new CgroupfsCgroups(tree);
        assumeTrue(
                layout.hierarchies().stream().allMatch(Files::isWritable)
                        && layout.unified().stream().allMatch(Files::isWritable),
                "the cgroup filesystems are not writable: root is needed");
    }

    @AfterEach
    void leavesNothing() {
        tree.remove(parentPath);
        assertThat(tree.exists(parentPath)).isFalse();
    }

    @Test
    void theNodesLayoutHasTheControllersOfContainers() {
        assertThat(tree.controllers().memory()).isTrue();
        assertThat(tree.controllers().pids()).isTrue();
        assertThat(tree.controllers().names()).contains("cpu");
    }

    @Test
    void sandboxCgroupsComeAndGo() {
        CgroupPath path = cgroups.sandboxCgroup(parent, pod).orElseThrow();
        cgroups.createSandbox(parent, pod);
        cgroups.createSandbox(parent, pod);
        assertThat(tree.exists(path)).isTrue();
        for (Path hierarchy : layout.hierarchies()) {
            assertThat(path.in(hierarchy)).isDirectory();
        }
        cgroups.removeSandbox(parent, pod);
        cgroups.removeSandbox(parent, pod);
        assertThat(tree.exists(path)).isFalse();
    }

    @Test
    void aSandboxDoesNotTakePartInLoadBalancing() throws IOException {
        assumeTrue(layout.controllers().containsKey("cpuset"), "cpuset is not a v1 hierarchy here");
        cgroups.createSandbox(parent, pod);
        Path cpuset = cgroups.sandboxCgroup(parent, pod)
                .orElseThrow()
                .in(layout.controllers().get("cpuset"));
        assertThat(cpuset.resolve("cpuset.sched_load_balance")).hasContent("0\n");
        assertThat(Files.readString(cpuset.resolve("cpuset.cpus")).strip()).isNotEmpty();
    }

    @Test
    void limitsAreReadAsTheKernelKeepsThem() throws IOException {
        assumeTrue(layout.controllers().containsKey("memory"), "memory is not a v1 hierarchy here");
        tree.create(parentPath);
        assertThat(tree.memoryLimit(parentPath)).isEmpty();
        Path limit = parentPath.in(layout.controllers().get("memory")).resolve("memory.limit_in_bytes");
        CgroupFiles.write(limit, "8388608");
        assertThat(tree.memoryLimit(parentPath)).hasValue(8_388_608);
        assertThatThrownBy(() -> cgroups.checkMemory(parent, 12 << 20))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("set memory limit 8388608 too low; should be at least 12582912 bytes");
        cgroups.checkMemory(parent, 1 << 20);
    }

    @Test
    void aProcessIsMovedCountedAndKeepsItsCgroupUntilItIsGone() throws IOException, InterruptedException {
        Process sleeper = new ProcessBuilder("sleep", "300").start();
        try {
            cgroups.addMonitor(parent, container, sleeper.pid());
            assertThat(tree.processes(parentPath)).containsExactly(sleeper.pid());
            CgroupPath monitor = parentPath.child("crio-conmon-" + container);
            CgroupUsage usage = tree.usage(monitor).orElseThrow();
            assertThat(usage.pids()).hasValue(1);
            assertThat(usage.cpuNanos()).isNotEqualTo(OptionalLong.empty());
            assertThat(usage.memory()).isPresent();
            assertThat(tree.oomKills(monitor)).hasValue(0);
            assertThatThrownBy(() -> cgroups.removeMonitor(parent, container))
                    .isInstanceOf(CriusException.Failed.class)
                    .hasMessageContaining("crio-conmon-" + container)
                    .hasMessageEndingWith("; processes in it: [" + sleeper.pid() + "]");
        } finally {
            sleeper.destroyForcibly();
            assertThat(sleeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
        cgroups.removeMonitor(parent, container);
        assertThat(tree.exists(parentPath.child("crio-conmon-" + container))).isFalse();
    }

    @Test
    void removalWaitsForAProcessThatIsExiting() throws IOException, InterruptedException {
        Process sleeper = new ProcessBuilder("sleep", "300").start();
        cgroups.addMonitor(parent, container, sleeper.pid());
        sleeper.destroyForcibly();
        cgroups.removeMonitor(parent, container);
        assertThat(tree.exists(parentPath.child("crio-conmon-" + container))).isFalse();
        assertThat(sleeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTreeOfCgroupsIsRemovedDeepestFirst() {
        for (int i = 0; i < 3; i++) {
            tree.create(parentPath.child("a" + i).child("b").child("c"));
        }
        tree.remove(parentPath);
        assertThat(tree.exists(parentPath)).isFalse();
    }

    @Test
    void aKernelRefusalNamesProcessAndCgroup() {
        tree.create(parentPath);
        assertThatThrownBy(() -> tree.addProcess(parentPath, 999_999_999L))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageStartingWith("move process 999999999 into cgroup ")
                .hasMessageContaining("No such process");
    }
}
