package io.crius.daemon.cli.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.daemon.cli.ctl.session.Streams;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CtlTest {
    private static final Pattern NAME = Pattern.compile("^  ([a-z][a-z-]+) ", Pattern.MULTILINE);

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void theHelpListsCommandsAndEachHasAHelpOfItsOwn() throws InterruptedException {
        assertThat(run("help")).isZero();
        String help = out.toString(StandardCharsets.UTF_8);
        List<String> names = new ArrayList<>();
        NAME.matcher(help).results().forEach(result -> names.add(result.group(1)));

        assertThat(names)
                .contains("pods", "ps", "exec", "logs", "pull", "inspecti")
                .hasSizeGreaterThan(25);
        for (String name : names) {
            out.reset();
            assertThat(run(name, "--help")).isZero();
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("Usage: crius ctl " + name);
        }
    }

    @Test
    void wrongUseEndsWithTwoAndSaysWhatIsWrong() throws InterruptedException {
        assertThat(run("bake")).isEqualTo(2);
        assertThat(run("pods", "--nope")).isEqualTo(2);
        assertThat(run("stopp")).isEqualTo(2);
        assertThat(run("inspect", "-o", "go-template", "x")).isEqualTo(2);
        assertThat(run("runp", folder.resolve("none.json").toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("crius ctl bake: there is no such command; crius ctl help lists them\n")
                .contains("crius ctl pods: there is no flag --nope; --help lists them\n")
                .contains("crius ctl stopp: at least one pod id is needed, not nothing\n")
                .contains("crius ctl inspect: --output go-template: templates of Go are not understood; take json")
                .contains("crius ctl runp: there is no file " + folder.resolve("none.json") + "\n");
    }

    @Test
    void aSocketThatIsNotThereAndOneThatNobodyServesAreToldApart() throws Exception {
        assertThat(run("pods")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("crius ctl pods: there is no socket " + folder.resolve("none.sock")
                        + ": is the daemon running? --runtime-endpoint names another one\n");
        err.reset();
        Files.createFile(folder.resolve("none.sock"));
        assertThat(run("pods")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("crius ctl pods: nobody answers at " + folder.resolve("none.sock") + ": ");
    }

    private int run(String... words) throws InterruptedException {
        return new Ctl(
                        "1.2.3",
                        Map.of(
                                "CONTAINER_RUNTIME_ENDPOINT",
                                folder.resolve("none.sock").toString()),
                        new Streams(
                                InputStream.nullInputStream(),
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8)))
                .run(List.of(words));
    }
}
