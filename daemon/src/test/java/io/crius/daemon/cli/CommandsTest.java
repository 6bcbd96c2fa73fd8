package io.crius.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void configPrintsWhatDiffersAndWhereItComesFrom() throws IOException {
        Path file = Files.writeString(folder.resolve("my.conf"), "[crio.runtime]\nread_only = true\nread_onli = 1\n");

        assertThat(run("config", "--diff", "--origin", "--config", file.toString()))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "# " + file + ":3:1: crio.runtime.read_onli: unknown key, ignored; did you mean \"read_only\"?")
                .contains("[crio.runtime]\nread_only = true  # " + file + ":2:1\n");
    }

    @Test
    void configSaysWhatIsWrongAndExitsWithTwo() throws IOException {
        Path file = Files.writeString(folder.resolve("my.conf"), "[crio]\nroot = 1\n");

        assertThat(run("config", "--check", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(file + ":2:1: crio.root: expected a string, found an integer");
        assertThat(out.size()).isZero();
    }

    @Test
    void anUnknownCommandAndWrongFlagsExitWithTwo() {
        assertThat(run("bake")).isEqualTo(2);
        assertThat(run("demo", "--image")).isEqualTo(2);
        assertThat(run("demo")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("crius bake: no such command")
                .contains("crius demo: \"--image\" is no flag or lacks its value")
                .contains("crius demo: either --image IMAGE or --clean is needed");
    }

    @Test
    void versionAndHelpAnswer() {
        assertThat(run("version")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Version:     1.2.3\n")
                .contains("crius config [flags]");
    }

    private int run(String... arguments) {
        return new Commands(
                        "1.2.3",
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(arguments));
    }
}
