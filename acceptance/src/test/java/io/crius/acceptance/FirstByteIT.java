package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.client.StreamCalls;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

    @RegisterExtension
    static final Node node = new Node();

    @Test
    void theFirstByteComesAboutAsSoonAsByHand() throws Exception {
        Assumptions.assumeTrue(COMMANDS > 0, "measured with -Dcrius.streams.measure only");
        Path runtime = Path.of("/usr/bin/crun");
        Assumptions.assumeTrue(Files.isExecutable(runtime), "needs crun");
        String id = node.run(node.runPod("web"), node.idle("main"));
        Path root = node.testNode().folder().resolve("run/oci");
        Path found = Files.isDirectory(root) ? root : find(node.testNode().folder(), id);
        long[] byHand = new long[COMMANDS];
        long[] streamed = new long[COMMANDS];
        try (StreamCalls streams = node.client().streams()) {
            for (int i = -COMMANDS / 2; i < COMMANDS; i++) {
                long hand = byHand(runtime, found, id);
                long stream = streamed(streams, id);
                if (i >= 0) {
                    byHand[i] = hand;
                    streamed[i] = stream;
                }
            }
        }
        double ratio = (double) median(streamed) / median(byHand);
        String measured = "first byte, median of " + COMMANDS + ": " + median(byHand) / 1000 + " us by hand, "
                + median(streamed) / 1000 + " us streamed, ratio " + ratio;
        Files.writeString(Path.of("target", "first-byte.txt"), measured + "\n");
        assertThat(ratio).as(measured).isLessThan(LONGEST);
    }

    private static Path find(Path folder, String id) throws Exception {
        try (var all = Files.walk(folder, 6)) {
            return all.filter(path -> path.endsWith(Path.of(id, "status")))
                    .map(path -> Node.parent(Node.parent(path)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no state of " + id + " below " + folder));
        }
    }

    private static long byHand(Path runtime, Path root, String id) throws Exception {
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(runtime.toString(), "--root=" + root, "exec", id, "echo", "x")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return firstByte(process.getInputStream(), begun) + 0L * process.waitFor();
    }

    private static long streamed(StreamCalls streams, String id) throws Exception {
        long begun = System.nanoTime();
        try (RemoteProcess process = streams.exec(id, Wants.OUTPUT, "echo", "x")) {
            return firstByte(process.stdout(), begun);
        }
    }

    private static long firstByte(InputStream in, long begun) throws Exception {
        assertThat(in.read()).isEqualTo('x');
        return System.nanoTime() - begun;
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
