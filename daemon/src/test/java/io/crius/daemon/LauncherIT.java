package io.crius.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program as it is laid out in target/crius. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of("target/crius/bin/crius").toAbsolutePath();
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    @Test
    void theVersionIsThatOfTheBuild() throws Exception {
        Outcome outcome = run(Map.of(), "version");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.output()).containsPattern("Version: +\\d+\\.\\d+\\.\\d+");
    }

    @Test
    void aSymbolicLinkToTheLauncherFindsItsJars() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("crius"), LAUNCHER);

        assertThat(run(Map.of(), List.of(link.toString(), "version")).status()).isZero();
    }

    @Test
    void anOldJavaInJavaHomeIsPassedOver() throws Exception {
        Path old = folder.resolve("jdk-17");
        Files.createDirectories(old.resolve("bin"));
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Path java = Files.writeString(old.resolve("bin/java"), "#!/bin/sh\nexit 99\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        assertThat(run(Map.of("JAVA_HOME", old.toString()), "version").status()).isZero();
    }

    @Test
    void theDefaultsThatItPrintsAreAConfigurationThatItTakes() throws Exception {
        Outcome printed = run(Map.of(), "config", "--default");
        Path file = Files.writeString(folder.resolve("crius.conf"), printed.output());

        Outcome checked = run(Map.of(), "config", "--check", "--config", file.toString());

        assertThat(checked.output()).isEmpty();
        assertThat(checked.status()).isZero();
    }

    @Test
    void aDaemonWithAWrongConfigurationEndsWithTwoAndSaysEveryProblem() throws Exception {
        Path file = Files.writeString(folder.resolve("crius.conf"), "[crio]\nroot = 1\nrunroot = 2\n");

        Outcome outcome = run(Map.of(), "--config", file.toString());

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.output())
                .contains("level=error msg=\"" + file + ":2:1: crio.root: expected a string, found an integer\"")
                .contains("level=error msg=\"" + file + ":3:1: crio.runroot: expected a string, found an integer\"");
    }

    @Test
    void theWayOfTheDaemonLoadsNothingOfPeoplesCommands() throws Exception {
        Path file = Files.writeString(folder.resolve("crius.conf"), "[crio]\nroot = 1\n");

        Outcome outcome = run(Map.of("CRIUS_JAVA_OPTS", "-Xlog:class+load"), "daemon", "--config", file.toString());

        assertThat(outcome.output())
                .contains("io.crius.daemon.DaemonStart")
                .doesNotContain("io.crius.daemon.cli.")
                .doesNotContain("io.crius.client.");
    }

    private record Outcome(int status, String output) {}

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        return run(
                environment,
                Stream.concat(Stream.of(LAUNCHER.toString()), Arrays.stream(arguments))
                        .toList());
    }

    private Outcome run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("%s ends within %d s", command, PATIENCE_SECONDS)
                    .isTrue();
            return new Outcome(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }
}
