package io.crius.acceptance.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server that was started by a test; its output goes to a file. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final int TAIL_CHARACTERS = 4000;

    private final String name;
    private final Process process;
    private final Path log;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts a program; its output is appended to {@code log}. */
    public static ServerProcess start(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new ServerProcess(name, process, log);
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /**
     * Throws when the server has ended, with the end of its log.
     *
     * @throws IOException with the exit code
     */
    public void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(
                    name + " ended with code " + process.exitValue() + "; its log ends with:\n" + logTail());
        }
    }

    /** The last words of the server. */
    public String logTail() throws IOException {
        String text = Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
        return text.substring(Math.max(0, text.length() - TAIL_CHARACTERS));
    }

    /** SIGKILL, and waits for the end. What the server started lives on. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM, then SIGKILL when that does not end it within fifteen seconds. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
    }
}
