package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.ContainerState;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A container that writes to both streams as fast as its log is written, while the log is moved away and opened again as kubelet
 * does it, only much more often. How fast it is written without and with that is printed, and kept in {@code target}.
 * {@code -Dcrius.logs.times=10} is the long form.
 */
@Timeout(300)
class LogRotationIT {
    private static final int TIMES = Integer.getInteger("crius.logs.times", 1);
    private static final int SHORT = 10;
    private static final int USUAL = 100;
    private static final int LONG = 100_000;

    /** Lines of each stream: some 100 MB of log of each kind, which is half a second. */
    private static final int SHORT_LINES = 900_000 * TIMES;

    private static final int USUAL_LINES = 350_000 * TIMES;
    private static final int LONG_LINES = 500 * TIMES;

    /** A log of this size is moved away. */
    private static final long MOVED_AT = 10_000_000;

    /** Writes lines that begin with their numbers, the same ones to both streams. */
    private static final String WRITER = """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>

            static char buffer[1 << 18];

            static void all(int fd, size_t size) {
                for (size_t done = 0; done < size;) {
                    ssize_t count = write(fd, buffer + done, size - done);
                    if (count < 0) exit(1);
                    done += count;
                }
            }

            int main(int argc, char **argv) {
                long lines = atol(argv[1]);
                size_t length = atol(argv[2]), used = 0;
                for (long i = 1; i <= lines; i++) {
                    memset(buffer + used, 'x', length);
                    char number[11];
                    snprintf(number, sizeof number, "%010ld", i);
                    memcpy(buffer + used, number, 10);
                    used += length;
                    buffer[used++] = '\\n';
                    if (i == lines || used + length + 1 > sizeof buffer) {
                        all(1, used);
                        all(2, used);
                        used = 0;
                    }
                }
                return 0;
            }
            """;

    @RegisterExtension
    static final Node node = new Node();

    @TempDir
    static Path folder;

    @BeforeAll
    static void compile() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "needs gcc");
        Path source = Files.writeString(folder.resolve("writer.c"), WRITER);
        Command.run("gcc", "-O2", "-static", "-o", folder.resolve("writer").toString(), source.toString());
    }

    /** One stream as it is read from its logs, file by file. */
    private static final class Lines {
        private final String name;
        private final int length;
        private long next = 1;
        private int read;
        private long number;

        Lines(String name, int length) {
            this.name = name;
            this.length = length;
        }

        void part(MappedByteBuffer log, int from, int to, boolean whole) {
            for (int i = from; i < to; i++) {
                byte character = log.get(i);
                if (read < SHORT) {
                    number = 10 * number + character - '0';
                } else if (character != 'x') {
                    throw new AssertionError(name + " has a torn line " + number);
                }
                read++;
            }
            if (whole) {
                if (number != next || read != length) {
                    throw new AssertionError(name + ": line " + next + " of " + length
                            + " characters is expected, line " + number + " of " + read + " found");
                }
                next++;
                number = 0;
                read = 0;
            }
        }

        long count() {
            assertThat(read).as("part of a line at the end of " + name).isZero();
            return next - 1;
        }
    }

    /** Both streams of a container. */
    private static final class Both {
        private final Lines out;
        private final Lines err;

        Both(int length) {
            out = new Lines("stdout", length);
            err = new Lines("stderr", length);
        }

        /** Gives the size. */
        long read(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                MappedByteBuffer log = channel.map(MapMode.READ_ONLY, 0, channel.size());
                int from = 0;
                for (int i = 0; i < log.limit(); i++) {
                    if (log.get(i) == '\n') {
                        line(log, from, i);
                        from = i + 1;
                    }
                }
                assertThat(from).as("the last line of " + file + " has an end").isEqualTo(log.limit());
                return channel.size();
            }
        }

        /** {@code TIME stdout F TEXT}. */
        private void line(MappedByteBuffer log, int from, int to) {
            int stream = from;
            while (log.get(stream) != ' ') {
                stream++;
            }
            Lines lines = log.get(stream + 4) == 'o' ? out : err;
            byte tag = log.get(stream + 8);
            if (tag != 'P' && tag != 'F') {
                throw new AssertionError("neither P nor F: " + (char) tag);
            }
            lines.part(log, stream + 10, to, tag == 'F');
        }
    }

    /** What was measured. */
    private record Speed(long logged, long written, int rotations, Duration time) {
        private double perSecond(long bytes) {
            return bytes / 1e6 / (time.toNanos() / 1e9);
        }

        double logRate() {
            return perSecond(logged);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.0f MB/s of log, %.0f MB/s of output, %d rotations in %.1f s",
                    logRate(),
                    perSecond(written),
                    rotations,
                    time.toNanos() / 1e9);
        }
    }

    private static Speed run(Pod pod, String name, int lines, int length, long movedAt) throws Exception {
        ContainerBuilder writer = ContainerBuilder.container(
                        name, node.testImages().busybox())
                .command("/writer", Integer.toString(lines), Integer.toString(length))
                .readOnlyMount(folder.resolve("writer"), "/writer");
        String id = node.create(pod, writer);
        Path log = Path.of(node.containers().status(id).getLogPath());
        long start = System.nanoTime();
        node.containers().start(id);
        List<Path> files = new ArrayList<>();
        while (node.containers().status(id).getState() == ContainerState.CONTAINER_RUNNING) {
            Await.until("the log grows or is whole", Node.LIMIT, () -> Files.size(log) > movedAt || hasEnded(id));
            if (!hasEnded(id)) {
                Path moved = log.resolveSibling(name + ".log." + files.size());
                Files.move(log, moved);
                files.add(moved);
                reopen(id);
            }
        }
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        int rotations = files.size();
        if (Files.exists(log)) {
            files.add(log);
        }
        assertThat(node.awaitExit(id).getExitCode()).isZero();
        var both = new Both(length);
        long logged = 0;
        for (Path file : files) {
            logged += both.read(file);
            Files.delete(file);
        }
        assertThat(both.out.count()).as("lines of stdout").isEqualTo(lines);
        assertThat(both.err.count()).as("lines of stderr").isEqualTo(lines);
        return new Speed(logged, 2L * lines * (length + 1), rotations, time);
    }

    private static boolean hasEnded(String id) {
        return node.containers().status(id).getState() == ContainerState.CONTAINER_EXITED;
    }

    /** The container may end meanwhile. */
    private static void reopen(String id) throws Exception {
        try {
            node.containers().reopenLog(id);
        } catch (io.grpc.StatusRuntimeException e) {
            // Its monitor is gone; the end is shown a moment later.
            if (e.getStatus().getCode() != io.grpc.Status.Code.FAILED_PRECONDITION) {
                throw e;
            }
            node.awaitExit(id);
        }
    }

    private static void compare(String kind, int lines, int length) throws Exception {
        Pod pod = node.runPod("talkative");
        Speed alone = run(pod, kind + "-alone", lines, length, Long.MAX_VALUE);
        Speed rotated = run(pod, kind + "-rotated", lines, length, MOVED_AT);
        String measured = kind + " lines: " + alone + "; moved away at " + MOVED_AT / 1_000_000 + " MB: " + rotated;
        System.out.println(measured);
        Files.writeString(Path.of("target", "log-rotation-" + kind + ".txt"), measured + "\n");
        assertThat(rotated.rotations()).as(measured).isPositive();
        assertThat(rotated.logRate()).as(measured).isGreaterThan(alone.logRate() / 10);
    }

    @Test
    void noShortLineIsLostDoubledOrMoved() throws Exception {
        compare("short", SHORT_LINES, SHORT);
    }

    @Test
    void noUsualLineIsLostDoubledOrMoved() throws Exception {
        compare("usual", USUAL_LINES, USUAL);
    }

    @Test
    void noLongLineIsLostDoubledOrMoved() throws Exception {
        compare("long", LONG_LINES, LONG);
    }
}
