package io.crius.streaming.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way out, whole and one after the other. Thread-safe.
 *
 * <p>The connection's reader must answer pings and new streams while others send output to a client that does not read. So it
 * never waits for their turn: its frames are queued, and whoever has the turn sends them first. A client that asks on and on and
 * reads no answer is not remembered for ever: its connection breaks.
 */
public final class FrameOutput {
    /** What may be queued, in bytes: thousands of answers. */
    static final int MOST_QUEUED = 64 << 10;

    private final OutputStream out;
    private final ReentrantLock turn = new ReentrantLock();
    private final Queue<byte[]> controls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private byte[] frame = new byte[0];
    private volatile @Nullable IOException broken;

    public FrameOutput(OutputStream out) {
        this.out = out;
    }

    /**
     * Sends a small frame before all payloads that are not on their way yet; the array is not to be changed any more.
     *
     * @throws IOException also when too many wait already: the connection is of no use then
     */
    public void control(byte[] whole) throws IOException {
        if (queued.addAndGet(whole.length) > MOST_QUEUED) {
            queued.addAndGet(-whole.length);
            broken = new IOException("the client reads no answers: " + MOST_QUEUED + " bytes of them wait");
            throw broken;
        }
        controls.add(whole);
        sendControls();
    }

    /** Sends a frame of a header and a part of a buffer; waits for the turn and for the client. */
    public void payload(byte[] header, byte[] buffer, int offset, int length) throws IOException {
        turn.lock();
        try {
            drain();
            int size = header.length + length;
            if (frame.length < size) {
                frame = Arrays.copyOf(header, size);
            } else {
                System.arraycopy(header, 0, frame, 0, header.length);
            }
            System.arraycopy(buffer, offset, frame, header.length, length);
            write(frame, size);
        } finally {
            turn.unlock();
        }
        sendControls();
    }

    /** Whoever queued a frame after the last look of the one whose turn it was has to look again. */
    private void sendControls() throws IOException {
        while (!controls.isEmpty() && turn.tryLock()) {
            try {
                drain();
            } finally {
                turn.unlock();
            }
        }
    }

    private void drain() throws IOException {
        byte[] next = controls.poll();
        while (next != null) {
            queued.addAndGet(-next.length);
            write(next, next.length);
            next = controls.poll();
        }
    }

    /** After a frame that went out in part no other may follow. */
    private void write(byte[] bytes, int length) throws IOException {
        if (broken != null) {
            throw new IOException("the connection is broken: " + broken.getMessage(), broken);
        }
        try {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            broken = e;
            throw e;
        }
    }
}
