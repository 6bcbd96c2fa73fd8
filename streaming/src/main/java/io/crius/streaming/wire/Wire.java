package io.crius.streaming.wire;

import io.crius.model.ByteBudget;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;

/**
 * A client's connection, which knows since when nothing went either way. One thread may read while others write; closing ends
 * what they wait for.
 */
public final class Wire implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Wire.class.getName());
    private static final int BUFFER = 4 << 10;

    /** What one client may make the server hold, in bytes: some six hundred forwarded connections. */
    private static final long MOST_HELD = 6 << 20;

    private final Socket socket;
    private final Socket client;
    private final ByteBudget.Share memory;
    private final InputStream input;
    private final OutputStream output;
    private volatile long lastUsed = System.nanoTime();

    /**
     * A connection.
     *
     * @param socket what is read and written
     * @param client the same, or what carries it where it is encrypted: closing that waits for nobody
     * @param memory what all clients together may make the server hold
     */
    public Wire(Socket socket, Socket client, ByteBudget memory) throws IOException {
        this.socket = socket;
        this.client = client;
        this.memory = memory.share(MOST_HELD);
        this.input = new BufferedInputStream(new Incoming(socket.getInputStream()), BUFFER);
        this.output = new Outgoing(socket.getOutputStream());
    }

    public InputStream input() {
        return input;
    }

    /** Not buffered: each write is a call of the kernel. */
    public OutputStream output() {
        return output;
    }

    /** What this client makes the server hold; given back at the close. */
    public ByteBudget.Share memory() {
        return memory;
    }

    /** How long nothing was read or written. */
    public Duration idle() {
        return Duration.ofNanos(System.nanoTime() - lastUsed);
    }

    /** Says that nothing follows. The client may still send; {@link #close} ends that. */
    public void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> this + ": ending the output: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        memory.close();
        try {
            client.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> this + ": closing: " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "streaming client " + socket.getRemoteSocketAddress();
    }

    private final class Incoming extends FilterInputStream {
        Incoming(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            lastUsed = System.nanoTime();
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            lastUsed = System.nanoTime();
            return count;
        }
    }

    private final class Outgoing extends FilterOutputStream {
        Outgoing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            lastUsed = System.nanoTime();
        }
    }
}
