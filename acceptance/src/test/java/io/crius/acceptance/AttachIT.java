package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.StreamCalls;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.cri.v1.ContainerState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People attached to the streams of containers. */
@Timeout(180)
class AttachIT {
    /** Half a second for the client that does not read, once; the rest is for a busy machine. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    @RegisterExtension
    static final Node node = new Node();

    /** Reads until the text has come. */
    private static String until(InputStream in, String text) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int value = in.read();
            if (value < 0) {
                throw new AssertionError("the output ended without \"" + text + "\": " + read);
            }
            read.append((char) value);
        }
        return read.toString();
    }

    private static void type(RemoteProcess process, String text) throws IOException {
        process.stdin().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void severalClientsSeeTheOutputAndMayType() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell("main", "while read line; do echo got $line; done").stdin());
        try (RemoteProcess one = node.streams().attach(id, Wants.ALL);
                RemoteProcess two = node.streams().attach(id, Wants.ALL)) {
            type(one, "a\n");
            until(one.stdout(), "got a\n");
            // The second may have come after the first line: it sees all from then on.
            type(two, "b\n");
            until(one.stdout(), "got b\n");
            until(two.stdout(), "got b\n");
        }
        try (RemoteProcess later = node.streams().attach(id, Wants.ALL)) {
            type(later, "c\n");
            assertThat(until(later.stdout(), "got c\n")).doesNotContain("got a");
        }
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void standardErrorIsApartAndTheEndOfTheContainerIsTheEndOfTheSession() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell("main", "read go; echo out; echo err >&2; sleep 0.1; exit 3")
                        .stdin());
        try (RemoteProcess process = node.streams().attach(id, Wants.ALL)) {
            type(process, "go\n");
            assertThat(new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("out\n");
            assertThat(new String(process.stderr().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("err\n");
            assertThat(process.awaitEnd(Node.LIMIT).orElseThrow().exitCode()).isZero();
        }
        assertThat(node.awaitExit(id).getExitCode()).isEqualTo(3);
    }

    @Test
    @Needs(Trait.ENDS_INPUT_OF_WEBSOCKETS)
    void theEndOfTheFirstClientsInputIsTheEndOfInputThatIsOpenOnce() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell("main", "cat; echo over").stdin().with(config -> config.setStdinOnce(true)));
        try (RemoteProcess process = node.streams().attach(id, Wants.ALL)) {
            type(process, "all there is\n");
            process.stdin().close();
            assertThat(new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("all there is\nover\n");
        }
        assertThat(node.awaitExit(id).getExitCode()).isZero();
    }

    @Test
    void aTerminalIsResizedAndLeftByItsKeys() throws Exception {
        String script = "while read line; do [ \"$line\" = size ] && stty size || echo got $line; done";
        String id =
                node.run(node.runPod("web"), node.shell("main", script).stdin().tty());
        try (RemoteProcess process = node.streams().attach(id, Wants.TERMINAL)) {
            process.resize(99, 33);
            Await.until("the terminal has its size", Node.LIMIT, () -> {
                type(process, "size\n");
                // The terminal shows what is typed, then what the container says.
                String echo = until(process.stdout(), "\n");
                return echo.contains("33 99") || until(process.stdout(), "\n").contains("33 99");
            });
            process.stdin().write(new byte[] {16});
            process.stdin().write(new byte[] {17});
            assertThat(process.awaitEnd(Node.LIMIT).orElseThrow().exitCode()).isZero();
        }
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void aClientThatDoesNotReadStallsNeitherTheContainerNorOthers() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell(
                                "main",
                                "read go; i=0; while :; do i=$((i+1)); echo $i 0123456789012345678901234567890123456789"
                                        + "0123456789012345678901234567890123456789012345678901234567890123456789; done")
                        .stdin());
        Path log = Path.of(node.containers().status(id).getLogPath());
        try (RemoteProcess stuck = node.streams().attach(id, Wants.ALL);
                RemoteProcess reading = node.streams().attach(id, Wants.ALL)) {
            type(reading, "go\n");
            until(reading.stdout(), "\n");
            long wanted = 12 << 20;
            long read = 0;
            long longest = 0;
            byte[] buffer = new byte[64 << 10];
            while (read < wanted) {
                long begun = System.nanoTime();
                int count = reading.stdout().read(buffer);
                longest = Math.max(longest, System.nanoTime() - begun);
                assertThat(count)
                        .as("the reading client's output goes on after " + read)
                        .isPositive();
                read += count;
            }
            assertThat(Duration.ofNanos(longest))
                    .as("the longest pause of the other client")
                    .isLessThan(LONGEST_PAUSE);
            Await.until("the log goes on", Node.LIMIT, () -> Files.size(log) > wanted);
            assertThat(drained(stuck)).as("what the stuck client ever gets").isLessThan(wanted);
        }
        node.containers().stop(id, Duration.ZERO);
    }

    /** It always takes something: some six hundred kilobytes a second. */
    @Test
    void aClientThatReadsSlowlyHoldsUpTheContainerForSomeSecondsOnly() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell("main", "read go; exec yes 0123456789abcdef").stdin());
        Path log = Path.of(node.containers().status(id).getLogPath());
        try (RemoteProcess slow = node.streams().attach(id, Wants.ALL)) {
            type(slow, "go\n");
            var inNoHurry = new AtomicBoolean(true);
            Thread reading = Thread.ofVirtual().start(() -> readSlowly(slow, inNoHurry));
            Await.until(
                    "the log is longer than a slow client would let it be",
                    Duration.ofSeconds(60),
                    () -> Files.size(log) > 80L << 20);
            node.containers().stop(id, Duration.ZERO);
            inNoHurry.set(false);
            assertThat(reading.join(Node.LIMIT)).isTrue();
            assertThat(slow.awaitEnd(Node.LIMIT).orElseThrow().message())
                    .contains("container " + id + " was waiting for this client, which read ", "it is disconnected");
        }
    }

    private static void readSlowly(RemoteProcess process, AtomicBoolean inNoHurry) {
        byte[] buffer = new byte[32 << 10];
        try {
            while (process.stdout().read(buffer) >= 0) {
                if (inNoHurry.get()) {
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            }
        } catch (IOException _) {
            // It was disconnected.
        }
    }

    /** How much comes until the server has nothing more for this client. */
    private static long drained(RemoteProcess process) {
        long count = 0;
        byte[] buffer = new byte[64 << 10];
        try {
            for (int read = 0; read >= 0; read = process.stdout().read(buffer)) {
                count += read;
            }
        } catch (IOException _) {
            // It was disconnected.
        }
        return count;
    }

    @Test
    void peopleAttachAgainAfterARestartOfTheServer() throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("crius.socket") == null, "a server that somebody else runs is not killed");
        String id = node.run(
                node.runPod("web"),
                node.shell("main", "while read line; do echo got $line; done").stdin());
        try (RemoteProcess before = node.streams().attach(id, Wants.ALL)) {
            type(before, "a\n");
            until(before.stdout(), "got a\n");
            node.testNode().target().kill();
            assertThat(before.awaitEnd(Node.LIMIT).orElseThrow().message()).isNotEmpty();
        }
        node.testNode().startTarget();
        try (StreamCalls again = node.client().streams();
                RemoteProcess after = again.attach(id, Wants.ALL)) {
            type(after, "b\n");
            until(after.stdout(), "got b\n");
        }
    }
}
