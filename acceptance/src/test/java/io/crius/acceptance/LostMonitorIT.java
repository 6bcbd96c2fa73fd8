package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A container whose monitor was killed is shown as it is, and can be stopped and removed. */
@Needs(Trait.EXPLAINS)
class LostMonitorIT {
    @RegisterExtension
    static final Node node = new Node();

    private static void kill(ProcessHandle process) throws Exception {
        process.destroyForcibly();
        Await.until("process " + process.pid() + " is gone", Node.LIMIT, () -> !isAlive(process.pid()));
    }

    private static boolean isAlive(long pid) {
        try {
            return !Files.readString(Path.of("/proc", Long.toString(pid), "stat"))
                    .contains(") Z ");
        } catch (IOException _) {
            return false;
        }
    }

    private static void killServer() throws Exception {
        node.testNode().target().kill();
    }

    @Test
    void itRunsOnAndItsExitCodeIsTrue() throws Exception {
        String id =
                node.run(node.runPod("web"), node.shell("main", "trap 'exit 7' TERM; while :; do usleep 20000; done"));
        kill(node.monitor(id));
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(node.containers().exec(id, "echo", "alive").stdout()).isEqualTo("alive\n");
        node.containers().stop(id, Duration.ofSeconds(20));
        ContainerStatus status = node.containers().status(id);
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isEqualTo(7);
        node.containers().remove(id);
    }

    @Test
    void afterARestartItStillRunsAndItsEndIsKnownToBeUnknown() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main"));
        kill(node.monitor(id));
        killServer();
        node.testNode().startTarget();
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        node.containers().stop(id, Duration.ofSeconds(20));
        isUnknown(node.containers().status(id));
        node.containers().remove(id);
    }

    @Test
    void whatEndedWithItsMonitorWhileTheServerWasAwayIsKnownToBeUnknown() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main"));
        ProcessHandle monitor = node.monitor(id);
        ProcessHandle init = ProcessHandle.of(node.pid(id)).orElseThrow();
        killServer();
        kill(monitor);
        kill(init);
        node.testNode().startTarget();
        isUnknown(node.awaitExit(id));
        node.containers().remove(id);
    }

    /** It writes the log, for which its cgroup has not a page. */
    @Test
    void aMonitorThatRunsOutOfMemoryTakesNothingButTheLogWithIt() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell(
                        "main",
                        "trap '' PIPE; trap 'exit 7' TERM; while :; do echo " + "x".repeat(1000)
                                + " 2>/dev/null; usleep 1000; done"));
        ProcessHandle monitor = node.monitor(id);
        try (var cgroup = new TinyCgroup("crius-monitor-" + id.substring(0, 12))) {
            cgroup.add(monitor.pid());
            Await.until("the monitor is killed", Node.LIMIT, () -> !isAlive(monitor.pid()));
            assertThat(cgroup.kills()).isPositive();
        }
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(node.containers().exec(id, "echo", "alive").stdout()).isEqualTo("alive\n");
        assertThat(new Ctl(node).run("explain", id))
                .contains("monitor " + monitor.pid() + " (process " + monitor.pid() + " has ended)");
        node.containers().stop(id, Duration.ofSeconds(20));
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(7);
        node.containers().remove(id);
    }

    /** One that may not have any more memory than its processes brought along; whoever asks for more is killed. */
    private static final class TinyCgroup implements AutoCloseable {
        private final Path folder;
        private final boolean v1;

        TinyCgroup(String name) throws IOException {
            Path hierarchy = Path.of("/sys/fs/cgroup/memory");
            v1 = Files.isDirectory(hierarchy);
            folder = Files.createDirectory((v1 ? hierarchy : Path.of("/sys/fs/cgroup")).resolve(name));
        }

        void add(long process) throws IOException {
            Files.writeString(folder.resolve("cgroup.procs"), Long.toString(process));
            Files.writeString(folder.resolve(v1 ? "memory.limit_in_bytes" : "memory.max"), "0");
        }

        /** How often the kernel killed a process in it for want of memory. */
        long kills() throws IOException {
            return Node.lines(folder.resolve(v1 ? "memory.oom_control" : "memory.events")).stream()
                    .filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                    .sum();
        }

        @Override
        public void close() throws IOException {
            Files.delete(folder);
        }
    }

    private static void isUnknown(ContainerStatus status) {
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isNotZero();
        assertThat(status.getMessage()).contains("the exit code was lost");
    }

    @Test
    void aMonitorThatIsKilledAfterItsReportLosesNothing() throws Exception {
        Pod pod = node.runPod("web");
        Path end = Files.createDirectory(node.testNode().folder().resolve("end-" + pod.id()));
        String id = node.run(
                pod,
                node.shell("main", "while [ ! -e /end/now ]; do usleep 20000; done; exit 42")
                        .mount(end, "/end"));
        ProcessHandle monitor = node.monitor(id);
        ProcessHandle init = ProcessHandle.of(node.pid(id)).orElseThrow();
        killServer();
        Files.createFile(end.resolve("now"));
        Await.until("the container ends", Node.LIMIT, () -> !isAlive(init.pid()));
        Await.until("its monitor has said so", Node.LIMIT, () -> !isAlive(monitor.pid()));
        node.testNode().startTarget();
        assertThat(node.awaitExit(id).getExitCode()).isEqualTo(42);
    }
}
