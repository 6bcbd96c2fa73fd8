package io.crius.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessFilesTest {
    @TempDir
    Path proc;

    private void process(int pid, String... targets) throws IOException {
        Path descriptors = Files.createDirectories(proc.resolve(pid + "/fd"));
        for (int i = 0; i < targets.length; i++) {
            Files.createSymbolicLink(descriptors.resolve(Integer.toString(i)), Path.of(targets[i]));
        }
        Files.writeString(proc.resolve(pid + "/limits"), """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            1024                 524288               files
                """);
    }

    @Test
    void openFilesOfAllProcessesCountAndSocketsApart() throws IOException {
        process(5, "/dev/null", "socket:[77]");
        process(6, "pipe:[1]");
        assertThat(new ProcessFiles(proc).count(List.of(5L, 6L, 7L), 5)).isEqualTo(new ProcessCounts(3, 3, 1, 1024));
        assertThat(new ProcessFiles(proc).count(List.of(), 9)).isEqualTo(new ProcessCounts(0, 0, 0, 0));
    }
}
