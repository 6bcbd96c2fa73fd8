package io.crius.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The node's own tools, by which kernel tests look at what was done. */
public final class Commands {
    private Commands() {}

    /** Whether all of these programs are on the PATH. */
    public static boolean exist(String... programs) {
        String[] folders = System.getenv().getOrDefault("PATH", "").split(":");
        for (String program : programs) {
            boolean found = false;
            for (String folder : folders) {
                found |= Files.isExecutable(Path.of(folder, program));
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    /** Output of a program that must succeed. */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as(String.join(" ", command))
                .isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", command) + ": " + output)
                .isZero();
        return output;
    }

    /** The same in a network namespace. */
    public static String inNetwork(Path netns, String... command) throws IOException, InterruptedException {
        var all = new ArrayList<String>(List.of("nsenter", "--net=" + netns));
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }
}
