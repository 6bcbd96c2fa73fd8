package io.crius.network.cni;

import io.crius.model.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs plugins by the JDK's process API with files for their output: enough for tests without the kernel door. */
final class JdkPlugins implements PluginProcess {
    @Override
    public Run run(Path program, Map<String, String> environment, byte[] input, Deadline deadline)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("crius-plugin");
        long start = System.nanoTime();
        try {
            Path in = Files.write(folder.resolve("in"), input);
            var builder = new ProcessBuilder(program.toString())
                    .redirectInput(in.toFile())
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                boolean ended = process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
                End end = ended ? new End.Exited(process.exitValue()) : new End.TimedOut();
                String out = Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
                String err = Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
                return new Run(end, out, err, Duration.ofNanos(System.nanoTime() - start));
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
