package io.crius.streaming.protocol;

import io.crius.streaming.spdy.SpdyStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The two streams of one forwarded connection, which come one after the other. Thread-safe. */
final class StreamPair {
    private static final System.Logger LOG = System.getLogger(StreamPair.class.getName());

    /** Both of them. */
    record Streams(SpdyStream data, SpdyStream error, int port) {}

    private final CountDownLatch decided = new CountDownLatch(1);
    private @Nullable SpdyStream data;
    private @Nullable SpdyStream error;
    private int port;
    private boolean failed;

    /** False where there is one already. */
    synchronized boolean data(SpdyStream stream, int toPort) {
        if (data != null || failed) {
            return false;
        }
        data = stream;
        port = toPort;
        decideWhenComplete();
        return true;
    }

    /** False where there is one already. */
    synchronized boolean error(SpdyStream stream) {
        if (error != null || failed) {
            return false;
        }
        error = stream;
        decideWhenComplete();
        return true;
    }

    private void decideWhenComplete() {
        if (data != null && error != null) {
            decided.countDown();
        }
    }

    Optional<Streams> await(Duration limit) throws InterruptedException {
        boolean _ = decided.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        synchronized (this) {
            return data == null || error == null || failed
                    ? Optional.empty()
                    : Optional.of(new Streams(data, error, port));
        }
    }

    /** Says what is wrong, where the error stream is there; the pair is of no use any more. */
    void fail(String text) {
        @Nullable SpdyStream told;
        synchronized (this) {
            told = failed ? null : error;
            failed = true;
        }
        decided.countDown();
        if (told != null) {
            try (OutputStream out = told.output()) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "a client was not told: " + text);
            }
        }
    }

    /** Gives up what either end could still use, so that the client may open new ones. */
    synchronized void release() {
        if (data != null) {
            data.reset();
        }
        if (error != null) {
            error.reset();
        }
    }
}
