package io.crius.daemon.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/** Writes each record at once and whole. Thread-safe; a lock that virtual threads may wait for keeps lines apart. */
final class StreamLines extends Handler {
    private final ReentrantLock lock = new ReentrantLock();
    private final OutputStream out;

    StreamLines(OutputStream out) {
        this.out = out;
    }

    @Override
    public void publish(LogRecord logged) {
        if (!isLoggable(logged)) {
            return;
        }
        byte[] line = getFormatter().format(logged).getBytes(StandardCharsets.UTF_8);
        lock.lock();
        try {
            out.write(line);
        } catch (IOException e) {
            reportError("the log cannot be written", e, ErrorManager.WRITE_FAILURE);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        // Every line is written through.
    }

    @Override
    public void close() {
        // Standard error stays open, and a log file is closed by the end of the process.
    }
}
