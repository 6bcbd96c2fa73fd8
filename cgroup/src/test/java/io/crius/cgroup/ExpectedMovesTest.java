package io.crius.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpectedMovesTest {
    private static final String PID = Long.toString(ProcessHandle.current().pid());

    @TempDir
    private Path hierarchy;

    @Test
    void writesItselfToTheCgroupThatItIsIn() throws Exception {
        String line = firstLine();
        Path processes = processes(line, "1\n" + PID + "\n");

        new ExpectedMoves(Map.of(name(line), hierarchy)).expect();

        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!Files.readString(processes).startsWith(PID)) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** The write would be a move. */
    @Test
    void leavesACgroupAloneThatItIsNotIn() throws Exception {
        String line = firstLine();
        Path processes = processes(line, "1\n");
        var moves = new ExpectedMoves(Map.of(name(line), hierarchy));

        moves.expect();

        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (moves.isKeeping()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(end);
            Thread.onSpinWait();
        }
        assertThat(processes).hasContent("1");
    }

    private Path processes(String line, String content) throws IOException {
        Path folder = hierarchy.resolve("." + line.split(":", 3)[2]).normalize();
        return Files.writeString(Files.createDirectories(folder).resolve("cgroup.procs"), content);
    }

    private static String firstLine() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/cgroup")).getFirst();
    }

    private static String name(String line) {
        return line.split(":", 3)[1].split(",", -1)[0];
    }
}
