package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.client.StreamCalls;
import io.crius.client.stream.Wants;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How long a person waits for the first byte of a command, beside the runtime's own {@code exec} in the same container,
 * the two in turn. Only with {@code -Dcrius.streams.measure=100}, the number of commands, on a machine that does nothing else.
 */
@Timeout(600)
class FirstByteIT {
    private static final int COMMANDS = Integer.getInteger("crius.streams.measure", 0);

    /** What exec over the network may take of what it takes by hand. */
    private static final double LONGEST = 1.3;

    /** Calls before the measurement: what kubelet makes in some half an hour, so that the server is as warm as it mostly is. */
    private static final int CALLS = 3_000;

    /**
     * Before each command: people do not type faster. Without it the commands by hand would have the profit of the kernel that the
     * server has just made ready for its own (docs/decisions/0100).
     */
    private static final Duration PAUSE = Duration.ofMillis(300);

    private static final byte STDOUT = 1;

    @RegisterExtension
    static final Node node = new Node();

    /**
     * One command over the network, in nanoseconds.
     *
     * @param url until the CRI has given the URL
     * @param open from then until the connection is a WebSocket
     * @param command from then until the first byte
     */
    private record Streamed(long url, long open, long command) {
        long all() {
            return url + open + command;
        }
    }

    @Test
    void theFirstByteComesAboutAsSoonAsByHand() throws Exception {
        Assumptions.assumeTrue(COMMANDS > 0, "measured with -Dcrius.streams.measure only");
        Path runtime = Choice.runtime();
        String id = node.run(node.runPod("web"), node.idle("main"));
        Path root = node.testNode().folder().resolve("run/oci");
        Path found = Files.isDirectory(root) ? root : find(node.testNode().folder(), id);
        for (int i = 0; i < CALLS; i++) {
            assertThat(node.containers().list()).hasSize(1);
        }
        var byHand = new ArrayList<Long>();
        var streamed = new ArrayList<Streamed>();
        try (StreamCalls streams = node.client().streams()) {
            for (int i = -COMMANDS / 2; i < COMMANDS; i++) {
                Thread.sleep(PAUSE);
                long hand = byHand(runtime, found, id);
                Thread.sleep(PAUSE);
                Streamed stream = streamed(streams, id);
                if (i >= 0) {
                    byHand.add(hand);
                    streamed.add(stream);
                }
            }
        }
        double hand = median(byHand, time -> time);
        double ratio = median(streamed, Streamed::all) / hand;
        String measured = String.format(
                Locale.ROOT,
                "%s: first byte, median of %d: %.1f ms by hand, %.1f ms streamed, of which %.1f the URL, %.1f the connection,"
                        + " %.1f the command; ratio %.2f",
                runtime.getFileName(),
                COMMANDS,
                hand,
                median(streamed, Streamed::all),
                median(streamed, Streamed::url),
                median(streamed, Streamed::open),
                median(streamed, Streamed::command),
                ratio);
        Files.writeString(Path.of("target", "first-byte-" + runtime.getFileName() + ".txt"), measured + "\n");
        assertThat(ratio).as(measured).isLessThan(LONGEST);
    }

    private static Path find(Path folder, String id) throws Exception {
        try (var all = Files.walk(folder, 6)) {
            return all.filter(path -> path.endsWith(id))
                    .filter(path -> Files.isRegularFile(path.resolve("status"))
                            || Files.isRegularFile(path.resolve("state.json")))
                    .map(Node::parent)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no state of " + id + " below " + folder));
        }
    }

    private static long byHand(Path runtime, Path root, String id) throws Exception {
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(runtime.toString(), "--root=" + root, "exec", id, "echo", "x")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        firstByte(process.getInputStream());
        long taken = System.nanoTime() - begun;
        assertThat(process.waitFor()).isZero();
        return taken;
    }

    /** The client is a socket and little more: what counts is the server's time, and kubelet's client is no JVM. */
    private static Streamed streamed(StreamCalls streams, String id) throws Exception {
        long begun = System.nanoTime();
        String url = streams.execUrl(id, Wants.OUTPUT, "echo", "x");
        long given = System.nanoTime();
        try (var tunnel = WebSocketTunnel.open(SocketFactory.getDefault(), url, "v5.channel.k8s.io")) {
            assertThat(tunnel.answer()).startsWith("HTTP/1.1 101 ");
            long open = System.nanoTime();
            // The first message says that the stream is there and is empty.
            assertThat(tunnel.input().readNBytes(4)).isEqualTo(new byte[] {STDOUT, STDOUT, 'x', '\n'});
            return new Streamed(given - begun, open - given, System.nanoTime() - open);
        }
    }

    private static void firstByte(InputStream in) throws Exception {
        assertThat(in.read()).isEqualTo('x');
    }

    /** In milliseconds. */
    private static <T> double median(List<T> all, ToLongFunction<T> time) {
        List<Long> sorted = all.stream().map(time::applyAsLong).sorted().toList();
        return sorted.get(sorted.size() / 2) / 1e6;
    }
}
