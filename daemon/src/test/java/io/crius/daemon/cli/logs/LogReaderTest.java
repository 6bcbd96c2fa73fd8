package io.crius.daemon.cli.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.daemon.cli.logs.LogReader.Wish;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    private static final Wish ALL = new Wish(false, Optional.empty(), Optional.empty(), false, -1);

    @TempDir
    private Path folder;

    private Path log = Path.of("");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void writeLog() throws IOException {
        log = Files.writeString(folder.resolve("0.log"), """
                2026-01-02T03:04:05.000000001Z stdout F first
                2026-01-02T03:04:06.000000001Z stderr F wrong
                this line is not one of conmon's
                2026-01-02T03:04:07.000000001Z stdout P par
                2026-01-02T03:04:08.000000001Z stdout F tial
                2026-01-02T03:04:09.000000001Z stdout F\s
                2026-01-02T03:04:10.000000001Z stdout F last
                """);
    }

    @Test
    void streamsArePrintedApartAndPartsOfALineTogether() throws Exception {
        read(ALL);
        assertThat(out()).isEqualTo("first\npartial\n\nlast\n");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("wrong\n");
    }

    @Test
    void theTailIsCountedInLinesOfTheFile() throws Exception {
        read(new Wish(false, Optional.of(3L), Optional.empty(), false, -1));
        assertThat(out()).isEqualTo("tial\n\nlast\n");
        out.reset();
        read(new Wish(false, Optional.of(0L), Optional.empty(), false, -1));
        assertThat(out()).isEmpty();
        read(new Wish(false, Optional.of(100L), Optional.empty(), false, -1));
        assertThat(out()).startsWith("first\n");
    }

    @Test
    void aLongTailIsFoundOverManyBlocks() throws Exception {
        String line = "2026-01-02T03:04:10.000000001Z stdout F ";
        Files.write(log, IntStream.range(0, 20_000).mapToObj(i -> line + i).toList());

        read(new Wish(false, Optional.of(10_000L), Optional.empty(), false, -1));

        assertThat(out().lines()).hasSize(10_000).startsWith("10000").endsWith("19999");
    }

    @Test
    void timesSelectAndAreShown() throws Exception {
        read(new Wish(false, Optional.empty(), Optional.of(Instant.parse("2026-01-02T03:04:09Z")), true, -1));
        assertThat(out()).isEqualTo("""
                2026-01-02T03:04:09.000000001Z\s
                2026-01-02T03:04:10.000000001Z last
                """);
    }

    @Test
    void theLimitEndsTheOutput() throws Exception {
        read(new Wish(true, Optional.empty(), Optional.empty(), false, 8));
        assertThat(out() + err.toString(StandardCharsets.UTF_8)).isEqualTo("first\nwr");
    }

    @Test
    void followingGoesOnOverARotationAndEndsWithTheContainer() throws Exception {
        var running = new AtomicBoolean(true);
        var wish = new Wish(true, Optional.empty(), Optional.empty(), false, -1);
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                new LogReader(log, wish, out, err).read(running::get);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        awaitOutput("last\n");
        append("2026-01-02T03:04:11Z stdout F before\n");
        Files.move(log, folder.resolve("0.log.1"), StandardCopyOption.ATOMIC_MOVE);
        Files.writeString(folder.resolve("0.log.1"), "2026-01-02T03:04:12Z stdout F late\n", StandardOpenOption.APPEND);
        Files.writeString(log, "2026-01-02T03:04:13Z stdout F after\n");
        append("2026-01-02T03:04:14Z stdout F end\n");
        running.set(false);
        reader.join();

        assertThat(out()).endsWith("last\nbefore\nlate\nafter\nend\n");
    }

    private void awaitOutput(String words) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!out().endsWith(words) && System.nanoTime() < end) {
            Thread.sleep(5);
        }
    }

    private void append(String line) throws IOException {
        Files.writeString(log, line, StandardOpenOption.APPEND);
    }

    private void read(Wish wish) throws Exception {
        new LogReader(log, wish, out, err).read(() -> false);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
