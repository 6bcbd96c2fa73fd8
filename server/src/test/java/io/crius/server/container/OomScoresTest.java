package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OomScoresTest {
    @TempDir
    Path proc;

    private Path process(int pid, String score) throws IOException {
        Path folder = Files.createDirectory(proc.resolve(Integer.toString(pid)));
        return Files.writeString(folder.resolve("oom_score_adj"), score + "\n");
    }

    @Test
    void processesWithTheScoreOfTheFirstFollowIt() throws IOException {
        Path first = process(5, "100");
        Path child = process(6, "100");
        Path own = process(7, "-300");
        new OomScores(proc, -1000).set(5, List.of(5L, 6L, 7L, 8L), 900);
        assertThat(first).hasContent("900");
        assertThat(child).hasContent("900");
        assertThat(own).hasContent("-300");
    }

    @Test
    void nothingIsSetBelowWhatTheDaemonMayGive() throws IOException {
        Path first = process(5, "100");
        new OomScores(proc, -17).set(5, List.of(5L), -900);
        assertThat(first).hasContent("-17");
    }

    @Test
    void aProcessThatIsGoneIsNoError() {
        new OomScores(proc, 0).set(5, List.of(5L, 6L), 7);
        assertThat(proc).isEmptyDirectory();
    }
}
