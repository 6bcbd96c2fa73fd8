package io.crius.acceptance.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Programs that are run to their end. */
public final class Command {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Command() {}

    /** What a program left. */
    public record Output(int exitCode, String stdout, String stderr) {}

    /**
     * Runs a program and gives what it wrote to stdout.
     *
     * @throws IOException when it cannot be started, does not end within two minutes, or ends with another code than 0: then
     *     with its stderr
     */
    public static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    /** As {@link #run(String...)}. */
    public static String run(List<String> command) throws IOException, InterruptedException {
        Output output = attempt(command);
        if (output.exitCode() != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + output.exitCode() + ": "
                    + output.stderr().strip());
        }
        return output.stdout();
    }

    /**
     * Runs a program, however it ends.
     *
     * @throws IOException when it cannot be started or does not end within two minutes
     */
    public static Output attempt(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        try {
            process.getOutputStream().close();
            CompletableFuture<String> stdout = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            CompletableFuture<String> stderr = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(String.join(" ", command) + ": no end within " + LIMIT);
            }
            return new Output(process.exitValue(), stdout.join(), stderr.join());
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
