package io.crius.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A response body as a stream that notices when nothing comes any more.
 *
 * <p>The HTTP client's threads put data in, one other thread reads. A few deliveries are under way at any time, so that the
 * network goes on while the reader computes. They are copied into chunks that are used again: the client's own buffers are
 * garbage after each delivery, and would fill the old generation if they had to wait here.
 *
 * <p>An interrupt of the reader ends a read with {@link InterruptedIOException} and the flag set; silence for longer than
 * the limit ends it with {@link StalledException}.
 */
final class StreamedBody extends InputStream implements BodySubscriber<InputStream> {
    private static final int UNDER_WAY = 8;

    private sealed interface Event permits Chunk, End {}

    /** Belongs to one side at a time. */
    private static final class Chunk implements Event {
        final byte[] bytes = new byte[16 << 10];
        int length;
        boolean endsDelivery;

        /** Takes what fits. */
        void fill(ByteBuffer from) {
            int count = Math.min(from.remaining(), bytes.length - length);
            from.get(bytes, length, count);
            length += count;
        }
    }

    private record End(@Nullable Throwable failure) implements Event {}

    private final Duration silence;
    private final Runnable stalled;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Chunk> free = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private volatile boolean closed;

    // Only the reader's:
    private @Nullable Chunk current;
    private int at;
    private @Nullable End end;

    /** @param stalled called by the reader where nothing came for too long, before it is told */
    StreamedBody(Duration silence, Runnable stalled) {
        this.silence = silence;
        this.stalled = stalled;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (closed || !subscription.compareAndSet(null, given)) {
            given.cancel();
            return;
        }
        given.request(UNDER_WAY);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        Chunk chunk = freeChunk();
        for (ByteBuffer buffer : buffers) {
            chunk.fill(buffer);
            while (buffer.hasRemaining()) {
                events.add(chunk);
                chunk = freeChunk();
                chunk.fill(buffer);
            }
        }
        chunk.endsDelivery = true;
        events.add(chunk);
    }

    private Chunk freeChunk() {
        Chunk chunk = free.poll();
        if (chunk == null) {
            return new Chunk();
        }
        chunk.length = 0;
        chunk.endsDelivery = false;
        return chunk;
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new End(failure));
    }

    @Override
    public void onComplete() {
        events.add(new End(null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Chunk chunk = chunk();
        if (chunk == null) {
            return -1;
        }
        int count = Math.min(length, chunk.length - at);
        System.arraycopy(chunk.bytes, at, target, offset, count);
        at += count;
        return count;
    }

    /** Some of what can be read without waiting; zero where reading may wait. */
    @Override
    public int available() {
        int left = current == null ? 0 : current.length - at;
        return left == 0 && events.peek() instanceof Chunk next ? next.length : left;
    }

    /** One with something left in it; null at the end. */
    private @Nullable Chunk chunk() throws IOException {
        while (current == null || at == current.length) {
            giveBack();
            if (!advance()) {
                return null;
            }
        }
        return current;
    }

    private void giveBack() {
        Chunk read = current;
        if (read == null) {
            return;
        }
        boolean more = read.endsDelivery;
        current = null;
        at = 0;
        free.add(read);
        Flow.Subscription given = subscription.get();
        if (more && given != null) {
            given.request(1);
        }
    }

    /** Waits for more; false at the end. */
    private boolean advance() throws IOException {
        if (closed) {
            throw new IOException("the response was closed");
        }
        if (end == null) {
            switch (take()) {
                case Chunk chunk -> {
                    current = chunk;
                    return true;
                }
                case End last -> end = last;
            }
        }
        Throwable failure = end.failure();
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        return false;
    }

    private Event take() throws IOException {
        try {
            Event event = events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                stalled.run();
                throw new StalledException(silence);
            }
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while reading a response");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Drops what was not read, and over HTTP/1.1 the connection with it. Any thread may call it; a read that waits goes on waiting. */
    @Override
    public void close() {
        closed = true;
        Flow.Subscription given = subscription.get();
        if (given != null && end == null) {
            given.cancel();
        }
    }

    /** Nothing came for too long. */
    static final class StalledException extends IOException {
        private static final long serialVersionUID = 1;

        StalledException(Duration silence) {
            super("no data for " + silence.toSeconds() + " s");
        }
    }
}
