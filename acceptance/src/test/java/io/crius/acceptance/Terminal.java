package io.crius.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A terminal with a shell's commands on it; {@code script} is the person. */
final class Terminal implements AutoCloseable {
    private final Process process;
    private final StringBuilder shown = new StringBuilder();
    private int read;

    private Terminal(Process process) {
        this.process = process;
        Thread.ofVirtual().name("terminal").start(this::watch);
    }

    /**
     * The shell is one that goes on after an interrupted command, as a person's does and dash does not, and no signal is
     * ignored, whatever the tests were started from.
     */
    static Terminal run(String commands) throws IOException {
        List<String> script =
                List.of("env", "--default-signal", "SHELL=/bin/bash", "script", "-qefc", commands, "/dev/null");
        return new Terminal(new ProcessBuilder(script).redirectErrorStream(true).start());
    }

    private void watch() {
        byte[] buffer = new byte[4096];
        try {
            int count = process.getInputStream().read(buffer);
            while (count >= 0) {
                show(new String(buffer, 0, count, StandardCharsets.UTF_8));
                count = process.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            show("[" + e + "]");
        }
    }

    private synchronized void show(String text) {
        shown.append(text);
        notifyAll();
    }

    void type(String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Types now and then until the answer comes: before somebody listens nobody does. */
    void typeUntil(String keys, String answer) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 100; attempt++) {
            type(keys);
            if (await(answer, 500)) {
                return;
            }
        }
        throw new AssertionError("no " + answer + " but " + shown);
    }

    /** What is shown up to the text, which has to come. */
    String until(String text) throws InterruptedException {
        int from = read;
        if (!await(text, Node.LIMIT.toMillis())) {
            throw new AssertionError("no " + text + " but " + shown.substring(from));
        }
        synchronized (this) {
            return shown.substring(from, read);
        }
    }

    private synchronized boolean await(String text, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (shown.indexOf(text, read) < 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        read = shown.indexOf(text, read) + text.length();
        return true;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}
