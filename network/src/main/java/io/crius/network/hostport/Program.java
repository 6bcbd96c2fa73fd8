package io.crius.network.hostport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the node to its end. */
@FunctionalInterface
interface Program {
    /** What came of it; the output has standard error in it. */
    record Run(int status, String output) {
        boolean succeeded() {
            return status == 0;
        }
    }

    /**
     * Runs the program, found on the daemon's search path, with some input.
     *
     * @throws IOException where there is no such program, or it does not end in time
     */
    Run run(List<String> command, String input) throws IOException;

    /** By the JDK. Blocks. A program that takes too long is killed. */
    Program REAL = new Program() {
        private static final Duration LIMIT = Duration.ofSeconds(30);

        @Override
        public Run run(List<String> command, String input) throws IOException {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            Thread watch =
                    Thread.ofVirtual().name("watch-" + command.getFirst()).start(() -> kill(process));
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended without reading all of it, and says why.
                process.getOutputStream().close();
            }
            try {
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Run(process.waitFor(), output.strip());
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                var interrupted = new InterruptedIOException(String.join(" ", command) + ": interrupted");
                interrupted.initCause(e);
                throw interrupted;
            } finally {
                watch.interrupt();
            }
        }

        private static void kill(Process process) {
            try {
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException _) {
                // It has ended.
                Thread.currentThread().interrupt();
            }
        }
    };
}
