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

    private static ProcessHandle monitor(String id) {
        ProcessHandle monitor =
                ProcessHandle.of(node.pid(id)).flatMap(ProcessHandle::parent).orElseThrow();
        assertThat(monitor.info().command().orElseThrow()).endsWith("/conmon");
        return monitor;
    }

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
        kill(monitor(id));
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
        kill(monitor(id));
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
        ProcessHandle monitor = monitor(id);
        ProcessHandle init = ProcessHandle.of(node.pid(id)).orElseThrow();
        killServer();
        kill(monitor);
        kill(init);
        node.testNode().startTarget();
        isUnknown(node.awaitExit(id));
        node.containers().remove(id);
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
        ProcessHandle monitor = monitor(id);
        ProcessHandle init = ProcessHandle.of(node.pid(id)).orElseThrow();
        killServer();
        Files.createFile(end.resolve("now"));
        Await.until("the container ends", Node.LIMIT, () -> !isAlive(init.pid()));
        Await.until("its monitor has said so", Node.LIMIT, () -> !isAlive(monitor.pid()));
        node.testNode().startTarget();
        assertThat(node.awaitExit(id).getExitCode()).isEqualTo(42);
    }
}
