package io.crius.runtime.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;

/**
 * Carries a person's input to a process, on a virtual thread of its own. Closing ends that thread; what the person still sends is
 * dropped then, and the output is left to its owner.
 */
public final class InputPump implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(InputPump.class.getName());
    private static final int CHUNK = 32 << 10;

    private final InputStream from;
    private final OutputStream to;
    private final AtEnd atEnd;
    private final Thread thread;

    /** What is to be done when the input has ended. */
    @FunctionalInterface
    public interface AtEnd {
        void run() throws IOException;
    }

    private InputPump(InputStream from, OutputStream to, AtEnd atEnd) {
        this.from = from;
        this.to = to;
        this.atEnd = atEnd;
        this.thread = Thread.ofVirtual().name("session-input").unstarted(this::carry);
    }

    /** Begins; {@code atEnd} runs on the pump's thread. */
    public static InputPump start(InputStream from, OutputStream to, AtEnd atEnd) {
        var pump = new InputPump(from, to, atEnd);
        pump.thread.start();
        return pump;
    }

    private void carry() {
        byte[] buffer = new byte[CHUNK];
        try (from) {
            int count = from.read(buffer);
            while (count >= 0) {
                to.write(buffer, 0, count);
                count = from.read(buffer);
            }
            atEnd.run();
        } catch (IOException e) {
            // The process takes no more, or the session is over: what the person still sends is dropped.
            LOG.log(Level.DEBUG, () -> "a session's input ends: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        Waiting.forEnd(thread);
    }
}
