package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs of containers while monitors write them. */
final class ContainerLogIT {
    private static final Duration LONG = Duration.ofSeconds(20);

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
    void noLineIsLostWhenTheLogIsMovedAwayUnderOutput() throws Exception {
        RuntimeContainer container =
                node.start(node.shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"));
        node.awaitLog(container, "line 100");
        var files = new ArrayList<Path>();
        for (int i = 0; i < 3; i++) {
            Path moved = Path.of(container.logPath() + "." + i);
            Files.move(container.logPath(), moved);
            files.add(moved);

            node.runtime.reopenLog(container);

            assertThat(container.logPath()).exists();
        }
        files.add(container.logPath());
        assertThat(node.ends.await(container.id()).exitCode()).hasValue(0);
        var text = new StringBuilder();
        for (Path file : files) {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split(" ", 4);
                text.append(parts[3]).append(parts[2].equals("F") ? "\n" : "");
            }
        }
        assertThat(text.toString().lines())
                .containsExactlyElementsOf(
                        IntStream.range(0, 20000).mapToObj(i -> "line " + i).toList());
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
    void aMonitorThatHangsIsNamedWhenTheDeadlineIsOver() throws Exception {
        RuntimeContainer container = node.start(node.shell("echo first; sleep 1000"));
        node.awaitLog(container, "first");
        long monitor = container.monitor().orElseThrow().pid();
        Files.move(container.logPath(), Path.of(container.logPath() + ".1"));
        node.linux.processes().kill(monitor, new StopSignal(19).number());
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
