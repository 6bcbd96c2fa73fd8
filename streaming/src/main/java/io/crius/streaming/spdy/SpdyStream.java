package io.crius.streaming.spdy;

import io.crius.model.ByteBudget;
import io.crius.streaming.wire.ByteQueue;
import io.crius.streaming.wire.StreamResetException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection. Thread-safe; writing waits while the client does not read, and until the client was told that its
 * stream is taken: clients drop data that comes before that answer.
 */
public final class SpdyStream {
    private static final int PIECE = 32 << 10;

    /** What waits of an independent stream before the others of its connection wait behind it. */
    static final int ASIDE = 2 << 20;

    /** How often the client is asked, once a second, until an independent stream is given up that nobody reads. */
    static final int MOST_ASKED = 10;

    private final SpdyConnection connection;
    private final int id;
    private final ByteQueue input;
    private final OutputStream output = new Output();
    private final CountDownLatch answered = new CountDownLatch(1);
    private boolean resetBeforeAnswer;
    private boolean taken;
    private volatile boolean isIndependent;
    private volatile @Nullable String whyGivenUp;
    /** Of the connection's reader. */
    private int asked;

    private long takenBefore;

    private volatile boolean inputOver;
    private volatile boolean outputOver;
    private volatile boolean reset;

    SpdyStream(SpdyConnection connection, int id, ByteBudget.Share memory) {
        this.connection = connection;
        this.id = id;
        this.input = new ByteQueue(memory, this::heldUp);
    }

    public int id() {
        return id;
    }

    /** What the client sends; fails with {@link StreamResetException} where it gave the stream up. */
    public ByteQueue input() {
        return input;
    }

    /** Closing it says that nothing follows. */
    public OutputStream output() {
        return output;
    }

    /**
     * The stream has nothing to do with the others of its connection, which are not to wait for whoever reads it: more of it
     * waits aside, and it is given up where that does not help.
     */
    public void makeIndependent() {
        isIndependent = true;
        input.widen(ASIDE);
    }

    /** Why this end has given the stream up by itself. */
    public Optional<String> whyGivenUp() {
        return Optional.ofNullable(whyGivenUp);
    }

    /** The connection's reader has waited for another second. */
    private void heldUp() throws IOException {
        connection.ask();
        long taken = input.readInAll();
        asked = taken == takenBefore ? asked + 1 : 1;
        takenBefore = taken;
        boolean othersWait = connection.streams().stream().anyMatch(other -> other != this && other.isIndependent);
        if (isIndependent && asked >= MOST_ASKED && othersWait) {
            String why = "what was sent was not taken for " + MOST_ASKED
                    + " s, and other connections of this client had to wait behind it";
            whyGivenUp = why;
            connection.sendQuietly(Frames.reset(id, ResetStatus.FLOW_CONTROL_ERROR));
            receivedReset(why);
        }
    }

    /** Drops what the client sends. */
    public void ignore() {
        input.close();
    }

    /** Gives the stream up where either end may still send. Idempotent. */
    public void reset() {
        if (giveUp() && !isLeftToTheAnswer()) {
            sendReset();
        }
    }

    /** The stream is not taken: there is no other answer. */
    void refuse() {
        if (giveUp()) {
            sendReset();
        }
    }

    private void sendReset() {
        connection.sendQuietly(Frames.reset(id, ResetStatus.CANCEL));
    }

    /** Whether either end could still send. Who waits to write sees that it is over. */
    private boolean giveUp() {
        boolean open = !reset && !(inputOver && outputOver);
        reset = true;
        outputOver = true;
        answered.countDown();
        input.close();
        connection.forget(this);
        return open;
    }

    /** A reset before the answer is sent after it: a client takes one that comes first for a refusal. */
    private synchronized boolean isLeftToTheAnswer() {
        resetBeforeAnswer = !taken;
        return resetBeforeAnswer;
    }

    /** The answer that takes the stream is on its way; whatever is written from now on follows it. */
    void answered() {
        boolean late;
        synchronized (this) {
            taken = true;
            late = resetBeforeAnswer;
        }
        answered.countDown();
        if (late) {
            sendReset();
        }
    }

    private void awaitAnswer() throws InterruptedIOException {
        if (answered.getCount() == 0) {
            return;
        }
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before the stream was answered");
        }
    }

    void received(byte[] bytes, int length) throws IOException {
        if (!inputOver) {
            asked = 0;
            input.put(bytes, 0, length);
        }
    }

    void receivedEnd() {
        inputOver = true;
        input.end();
        forgetIfOver();
    }

    /** The client gave the stream up, or is gone. */
    void receivedReset(String why) {
        reset = true;
        outputOver = true;
        answered.countDown();
        input.reset(why);
        connection.forget(this);
    }

    private void forgetIfOver() {
        if (inputOver && outputOver) {
            connection.forget(this);
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            awaitAnswer();
            for (int done = 0; done < length; done += PIECE) {
                if (outputOver) {
                    throw new StreamResetException(reset ? "the stream was given up" : "the stream's output has ended");
                }
                connection.sendData(id, 0, bytes, offset + done, Math.min(PIECE, length - done));
            }
        }

        @Override
        public void close() throws IOException {
            awaitAnswer();
            if (!outputOver) {
                outputOver = true;
                connection.sendData(id, Frames.FLAG_FIN, new byte[0], 0, 0);
                forgetIfOver();
            }
        }
    }
}
