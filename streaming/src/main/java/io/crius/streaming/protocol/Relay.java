package io.crius.streaming.protocol;

import io.crius.model.ByteBudget;
import io.crius.streaming.wire.ByteQueue;
import io.crius.streaming.wire.CarryBuffer;
import io.crius.streaming.wire.StreamResetException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Carries bytes between a client's stream and a connection in the pod, each direction to its own end: a half that is
 * closed closes the other side's half and nothing more. A client that gives the stream up ends both at once.
 */
final class Relay {
    private static final System.Logger LOG = System.getLogger(Relay.class.getName());

    /**
     * How long a client that sends nothing is waited for after the pod's side has ended: what would take its bytes may be gone,
     * and the connection holds the pod's network.
     */
    private static final Duration HALF_OPEN = Duration.ofSeconds(30);

    /** Whether the client can be told that the pod's side has ended while its own goes on. */
    enum Halves {
        SEPARATE,
        /** The end of the pod's side is the end of all. */
        TOGETHER
    }

    private final ByteQueue fromClient;
    private final OutputStream toClient;
    private final SocketChannel target;
    private final Halves halves;
    private final ByteBudget.Share memory;
    private volatile long carriedUp;
    private volatile boolean isTargetBusy;
    private volatile @Nullable IOException upFailure;

    Relay(ByteQueue fromClient, OutputStream toClient, SocketChannel target, Halves halves, ByteBudget.Share memory) {
        this.fromClient = fromClient;
        this.toClient = toClient;
        this.target = target;
        this.halves = halves;
        this.memory = memory;
    }

    /**
     * Blocks until both directions have ended.
     *
     * @throws StreamResetException where the client gave up
     * @throws IOException where the connection in the pod broke
     */
    void run() throws IOException, InterruptedException {
        Thread up = Thread.ofVirtual().name("forward-up").start(this::up);
        // Whoever waits for a target that neither reads nor writes would wait on when the client has gone.
        fromClient.onReset(this::closeTarget);
        try {
            down();
            if (halves == Halves.SEPARATE) {
                awaitClient(up);
            }
        } catch (ClosedChannelException e) {
            LOG.log(Level.DEBUG, () -> "the client gave up: " + e);
        } finally {
            fromClient.close();
            closeTarget();
            up.join();
        }
        IOException failure = upFailure;
        if (failure != null) {
            throw failure;
        }
    }

    private void awaitClient(Thread up) throws InterruptedException {
        long before;
        do {
            before = carriedUp;
        } while (!up.join(HALF_OPEN) && (carriedUp != before || isTargetBusy));
    }

    private void down() throws IOException {
        var buffer = new CarryBuffer(memory);
        try {
            int count = target.read(ByteBuffer.wrap(buffer.bytes()));
            while (count >= 0) {
                toClient.write(buffer.bytes(), 0, count);
                buffer.filled(count);
                count = target.read(ByteBuffer.wrap(buffer.bytes()));
            }
        } finally {
            buffer.release();
        }
        toClient.close();
    }

    private void up() {
        var buffer = new CarryBuffer(memory);
        long carried = 0;
        try {
            int count = fromClient.read(buffer.bytes());
            while (count >= 0) {
                isTargetBusy = true;
                write(ByteBuffer.wrap(buffer.bytes(), 0, count));
                isTargetBusy = false;
                carried += count;
                carriedUp = carried;
                buffer.filled(count);
                count = fromClient.read(buffer.bytes());
            }
            target.shutdownOutput();
        } catch (StreamResetException e) {
            upFailure = e;
            closeTarget();
        } catch (IOException e) {
            // Compat: what a target that closed its reading half cannot take is dropped; what it says is still carried.
            LOG.log(Level.DEBUG, () -> "the target takes no more: " + e);
            fromClient.close();
        } finally {
            buffer.release();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }

    private void closeTarget() {
        try {
            target.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "closing the target: " + e);
        }
    }
}
