package io.crius.streaming.protocol;

import io.crius.streaming.wire.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** A connection whose protocol has been agreed on: a thread reads it, and it ends in order. */
final class Served {
    /** Spec: how long Kubernetes waits for all streams of a session. */
    static final Duration STREAMS = Duration.ofSeconds(30);

    /** How long a client may take to close after it was told everything; closing earlier could cut off what it has not read. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(Served.class.getName());

    /** Reads until the client has gone. */
    @FunctionalInterface
    interface Reading {
        void run() throws IOException;
    }

    private Served() {}

    /** Starts the thread that reads; {@code gone} runs on it afterwards. */
    static Thread read(Wire wire, Reading reading, Runnable gone) {
        return Thread.ofVirtual().name("stream-reader").start(() -> {
            try {
                reading.run();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> wire + ": " + e.getMessage());
            } finally {
                gone.run();
            }
        });
    }

    /** Lets the client read to the end, then closes. */
    static void finish(Wire wire, Thread reader) {
        // With TLS also the end of the output waits for a client that does not read.
        Thread limit = Thread.ofVirtual().name("stream-linger").start(() -> closeLater(wire));
        try {
            wire.endOutput();
            var _ = reader.join(LINGER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            limit.interrupt();
            wire.close();
        }
    }

    private static void closeLater(Wire wire) {
        try {
            Thread.sleep(LINGER);
            wire.close();
        } catch (InterruptedException _) {
            // it is closed already
        }
    }
}
