package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.UnmountFlag;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.StopSignal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs of containers while monitors write them. */
final class ContainerLogIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** As many as make a log of 20 MB. */
    private static final int LINES = 400_000;

    private static final int ROTATIONS = 4;
    private static final long BETWEEN_ROTATIONS = 2_000_000;

    private BusyboxNode node;

    @BeforeEach
    void makeNode() throws Exception {
        node = BusyboxNode.open(Path.of("/usr/sbin/runc"));
    }

    @AfterEach
    void leavesNothingBehind() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void aLineWithoutEndIsMarkedPartial() throws Exception {
        RuntimeContainer container = node.start(node.shell("printf 'whole\\nhalf'; printf 'oops' >&2"));
        node.ends.await(container.id());

        assertThat(Files.readAllLines(container.logPath()))
                .anySatisfy(line -> assertThat(line).endsWith(" stdout F whole"))
                .anySatisfy(line -> assertThat(line).endsWith(" stdout P half"))
                .anySatisfy(line -> assertThat(line).endsWith(" stderr P oops"));
    }

    @Test
    void bothStreamsComeInTheOrderInWhichTheyAreWritten() throws Exception {
        RuntimeContainer container =
                node.start(node.shell("for i in 1 2 3; do echo $i; sleep 0.1; echo $i >&2; sleep 0.1; done"));
        node.ends.await(container.id());

        assertThat(Files.readAllLines(container.logPath()).stream().map(line -> line.split(" ", 2)[1]))
                .containsExactly("stdout F 1", "stderr F 1", "stdout F 2", "stderr F 2", "stdout F 3", "stderr F 3");
    }

    @Test
    void noLineIsLostOrDoubledWhenTheLogIsMovedAwayUnderFastOutput() throws Exception {
        RuntimeContainer container = node.start(node.shell("exec seq 1 " + LINES));
        var files = new ArrayList<Path>();
        for (int i = 1; i <= ROTATIONS; i++) {
            Conditions.await(LONG, () -> sizeOf(container.logPath()), size -> size > BETWEEN_ROTATIONS);
            Path moved = Path.of(container.logPath() + "." + i);
            Files.move(container.logPath(), moved);
            files.add(moved);

            node.runtime.reopenLog(container);

            assertThat(container.logPath()).exists();
        }
        files.add(container.logPath());
        assertThat(node.ends.await(container.id()).exitCode()).hasValue(0);
        assertThat(new Numbers().in(files)).isEqualTo(LINES);
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0;
        }
    }

    /** Lines of numbers that follow each other, some of them in parts. */
    private static final class Numbers {
        private final StringBuilder part = new StringBuilder();
        private int last;

        /** The last number. */
        int in(List<Path> files) throws IOException {
            for (Path file : files) {
                try (BufferedReader lines = Files.newBufferedReader(file)) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        take(line.split(" ", 4));
                    }
                }
            }
            return last;
        }

        private void take(String[] parts) {
            part.append(parts[3]);
            if (parts[2].equals("F")) {
                assertThat(part.toString()).isEqualTo(Integer.toString(last + 1));
                last++;
                part.setLength(0);
            }
        }
    }

    @Test
    void aFullDiskDoesNotEndTheContainerAndTheLogGoesOnWhenThereIsRoom() throws Exception {
        Path small = Files.createDirectory(node.root.resolve("small"));
        node.linux.mounts().mount("tmpfs", small, "tmpfs", Set.of(), "size=1m");
        try {
            ContainerBundle bundle =
                    node.shell("seq 1 100000; echo done > /tmp/done; until [ -e /tmp/room ]; do sleep 0.1;"
                            + " done; i=0; while :; do echo after $i; i=$((i+1)); sleep 0.1; done");
            RuntimeContainer container = node.start(node.loggingTo(small.resolve("0.log"), bundle));
            Path done = node.rootFilesystem().resolve("tmp/done");
            assertThat(Conditions.await(LONG, () -> sizeOf(done), size -> size > 0))
                    .as("all was taken from the container, also what the disk had no room for")
                    .isPositive();
            assertThat(sizeOf(container.logPath())).isBetween(900_000L, 1_048_576L);
            assertThat(node.runtime
                            .exec(container, ExecRequest.of(List.of("/bin/true")))
                            .exitCode())
                    .isZero();
            Files.move(container.logPath(), small.resolve("0.log.1"));
            Files.delete(small.resolve("0.log.1"));
            node.runtime.reopenLog(container);
            Files.createFile(node.rootFilesystem().resolve("tmp/room"));

            node.awaitLog(container, "stdout F after ");

            assertThat(node.ends.exits).doesNotContainKey(container.id());
            node.runtime.signal(container, StopSignal.KILL);
            node.ends.await(container.id());
        } finally {
            node.linux.mounts().unmount(small, Set.of(UnmountFlag.DETACH));
        }
    }

    @Test
    void aLogThatNobodyMovedKeepsWhatItHolds() throws Exception {
        RuntimeContainer container = node.start(node.shell("echo first; sleep 1000"));
        node.awaitLog(container, "first");

        node.runtime.reopenLog(container);
        node.runtime.reopenLog(container);

        assertThat(Files.readString(container.logPath())).contains("first");
    }

    @Test
    void aLogWithoutMonitorIsNotReopened() throws Exception {
        RuntimeContainer container = node.start(node.bundle("/bin/sleep", "1000"));
        node.linux.processes().kill(container.monitor().orElseThrow().pid(), 9);
        Conditions.await(LONG, () -> node.ends.lost, list -> !list.isEmpty());

        assertThatThrownBy(() -> node.runtime.reopenLog(container))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("reopen the log of container " + container.id())
                .hasMessageContaining("is gone");
    }

    @Test
    void whoWaitsForAMonitorThatEndsIsToldAtOnce() throws Exception {
        RuntimeContainer container = node.start(node.shell("echo first; sleep 1000"));
        node.awaitLog(container, "first");
        long monitor = container.monitor().orElseThrow().pid();
        Files.move(container.logPath(), Path.of(container.logPath() + ".1"));
        stop(monitor);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> node.runtime.reopenLog(container));
        Conditions.await(LONG, () -> named("crius-log-reopen"), threads -> !threads.isEmpty());
        node.linux.processes().kill(monitor, 9);

        assertThat(waiting)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .withMessageContaining("is gone, so nobody writes the log any more");
    }

    /** Returns when it has stopped: until then it may still do what it is asked. Kernel: proc(5). */
    private void stop(long process) throws Exception {
        node.linux.processes().kill(process, new StopSignal(19).number());
        Conditions.await(LONG, () -> stat(process), text -> text.contains(") T "));
    }

    private static String stat(long process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process), "stat"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Thread> named(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .toList();
    }

    @Test
    void aMonitorThatHangsIsNamedWhenTheDeadlineIsOver() throws Exception {
        RuntimeContainer container = node.start(node.shell("echo first; sleep 1000"));
        node.awaitLog(container, "first");
        long monitor = container.monitor().orElseThrow().pid();
        Files.move(container.logPath(), Path.of(container.logPath() + ".1"));
        stop(monitor);
        try {
            Deadline soon = Deadline.after(Duration.ofMillis(200));
            assertThatThrownBy(() ->
                            ScopedValue.where(Deadline.CURRENT, soon).run(() -> node.runtime.reopenLog(container)))
                    .isInstanceOf(CriusException.DeadlineExceeded.class)
                    .hasMessageContaining("process " + monitor)
                    .hasMessageContaining(container.logPath().toString());
        } finally {
            node.linux.processes().kill(monitor, new StopSignal(18).number());
        }
    }
}
