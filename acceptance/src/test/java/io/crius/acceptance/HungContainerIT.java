package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As {@link HangIT}, for what a container is made of: its volumes, its log's disk, its processes. */
@Needs(Trait.EXPLAINS)
class HungContainerIT {
    /** More than there are processors: each would take one away where it is waited for in the wrong way. */
    private static final int SEVERAL = 6;

    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime]
            enable_pod_events = true
            """);

    private static final Ctl CTL = new Ctl(node);

    private final BackgroundCalls calls = new BackgroundCalls();
    private RestOfNode rest;

    @BeforeAll
    static void populate() throws Exception {
        RestOfNode.populate(node);
    }

    @BeforeEach
    void lookAtTheOthers() throws Exception {
        rest = RestOfNode.before(node);
    }

    @AfterEach
    void goOn() {
        calls.close();
    }

    @AfterAll
    static void removeOthers() {
        node.testNode().removeBystanders();
    }

    private static void needsFuse() {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "needs FUSE");
    }

    private static void needsALoopDevice() {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/loop-control")), "needs loop devices");
    }

    private static Path folder(String name) {
        return node.testNode().folder().resolve(name);
    }

    /** Letter of its state. Kernel: proc(5). */
    private static boolean isUninterruptible(long pid) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), "stat")).contains(") D ");
    }

    @Test
    void volumesThatHangHoldUpTheirContainersAlone() throws Exception {
        needsFuse();
        Pod pod = node.runPod("volumes");
        List<CompletableFuture<String>> creations = new ArrayList<>();
        try (HungMount volume = HungMount.at(folder("volume"))) {
            for (int i = 0; i < SEVERAL; i++) {
                var container = node.idle("stuck" + i).mount(volume.point().resolve("data"), "/data");
                creations.add(calls.begin(() -> node.create(pod, container)));
            }
            CTL.awaitExplained("stuck" + (SEVERAL - 1), "state        being created");
            rest.goOn(pod.id());
        }
        for (CompletableFuture<String> creation : creations) {
            assertThat(BackgroundCalls.code(creation)).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
    }

    @Test
    void aLogDiskThatHangsHoldsUpItsPodsAlone() throws Exception {
        needsFuse();
        List<CompletableFuture<String>> creations = new ArrayList<>();
        String name = "";
        try (HungMount disk = HungMount.at(folder("logs"))) {
            for (int i = 0; i < SEVERAL; i++) {
                var pod = node.pod("logging")
                        .logDirectory(disk.point().resolve("pod-" + i))
                        .build();
                name = pod.getMetadata().getName();
                creations.add(calls.begin(() -> node.pods().run(pod)));
            }
            CTL.awaitExplained(name, "state        being created", "sandbox files, for ");
            rest.goOn();
        }
        for (CompletableFuture<String> creation : creations) {
            assertThat(BackgroundCalls.code(creation)).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
    }

    @Test
    void aLogThatCannotBeWrittenHoldsUpItsRotationAlone() throws Exception {
        needsALoopDevice();
        try (FrozenDisk disk = FrozenDisk.at(folder("log-disk"))) {
            Pod pod = node.run(node.pod("logging").logDirectory(disk.point()));
            String id =
                    node.run(pod, node.shell("main", "trap 'exit 7' TERM; while :; do usleep 20000; echo on; done"));
            ProcessHandle monitor = node.monitor(id);
            node.moveLogAway(id);
            disk.freeze();
            Await.until("the monitor waits for the disk", Node.LIMIT, () -> isUninterruptible(monitor.pid()));
            CompletableFuture<Boolean> reopening =
                    calls.begin(() -> node.containers().reopenLog(id));
            CTL.awaitExplained(
                    id,
                    "reopening of the log (process " + monitor.pid() + " conmon, in an uninterruptible wait",
                    "monitor " + monitor.pid());
            rest.goOn(pod.id(), id);
            assertThat(node.containers().exec(id, "echo", "alive").stdout()).isEqualTo("alive\n");
            assertThat(BackgroundCalls.code(reopening)).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            node.containers().stop(id, Duration.ofSeconds(5));
            // The monitor alone knows how it ended, and cannot say it.
            assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
            assertThat(node.containers().status(id).getMessage()).contains("the exit code was lost");
            disk.thaw();
            node.testNode().removePods();
        }
    }

    @Test
    void aContainerThatCannotBeInterruptedIsWaitedForAlone() throws Exception {
        needsALoopDevice();
        try (FrozenDisk disk = FrozenDisk.at(folder("data-disk"))) {
            Pod pod = node.runPod("writing");
            String id = node.run(
                    pod,
                    node.shell("main", "while :; do echo on > /data/file; usleep 20000; done")
                            .mount(disk.point(), "/data"));
            long process = node.pid(id);
            disk.freeze();
            Await.until("the container waits for the disk", Node.LIMIT, () -> isUninterruptible(process));
            CompletableFuture<Boolean> stop =
                    calls.begin(() -> node.containers().stop(id, Duration.ZERO));
            CTL.awaitExplained(id, "end after SIGKILL (process " + process + " sh, in an uninterruptible wait");
            assertThat(node.containers().verboseStatus(id).getInfoOrThrow("info"))
                    .containsPattern("\"what\":\"end after SIGKILL\",\"since\":\"\\d{4}-.*\"process\":" + process);
            rest.goOn(pod.id(), id);
            assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
            disk.thaw();
            assertThat(BackgroundCalls.code(stop)).isEqualTo(Status.Code.OK);
            assertThat(node.containers().status(id).getExitCode()).isEqualTo(137);
            node.testNode().removePods();
        }
    }

    /** A container whose processes the kernel does not let run. */
    private static final class Frozen implements AutoCloseable {
        private final ProcessCgroup cgroup;
        private final Path freezer;

        Frozen(String id) throws IOException {
            cgroup = ProcessCgroup.of(node.pid(id));
            freezer = cgroup.file("freezer", "freezer.state", "cgroup.freeze");
            Files.writeString(freezer, cgroup.isV1("freezer") ? "FROZEN" : "1");
        }

        @Override
        public void close() throws IOException {
            if (Files.exists(freezer)) {
                Files.writeString(freezer, cgroup.isV1("freezer") ? "THAWED" : "0");
            }
        }
    }

    @Test
    void aFrozenContainerIsStoppedAllTheSame() throws Exception {
        Pod pod = node.runPod("cold");
        String id = node.run(pod, node.idle("main"));
        try (var _ = new Frozen(id)) {
            rest.goOn(pod.id(), id);
            assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
            assertThat(CTL.run("explain", id)).contains("frozen");
            node.containers().stop(id, Duration.ofSeconds(20));
            // It goes on first, so it sees its stop signal and can end as it likes.
            assertThat(node.containers().status(id).getExitCode()).isZero();
        }
    }

    @Test
    void aFrozenContainerIsKilledAllTheSame() throws Exception {
        String id = node.run(node.runPod("frozen"), node.idle("main"));
        try (var _ = new Frozen(id)) {
            node.containers().stop(id, Duration.ZERO);
            assertThat(node.containers().status(id).getExitCode()).isEqualTo(137);
        }
    }
}
