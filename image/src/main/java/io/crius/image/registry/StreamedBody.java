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
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A response body as a stream that notices when nothing comes any more.
 *
 * <p>The HTTP client's threads put buffers in, one other thread reads. A few buffers are under way at any time, so that the
 * network goes on while the reader computes; the client bounds their size (16 KiB each).
 *
 * <p>An interrupt of the reader ends a read with {@link InterruptedIOException} and the flag set; silence for longer than
 * the limit ends it with {@link StalledException}.
 */
final class StreamedBody extends InputStream implements BodySubscriber<InputStream> {
    private static final int UNDER_WAY = 8;

    private sealed interface Event {
        record Data(List<ByteBuffer> buffers) implements Event {}

        record End(@Nullable Throwable failure) implements Event {}
    }

    private final Duration silence;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private volatile boolean closed;

    // Only the reader's:
    private List<ByteBuffer> current = List.of();
    private int next;
    private Event.@Nullable End end;

    StreamedBody(Duration silence) {
        this.silence = silence;
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
        events.add(new Event.Data(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event.End(failure));
    }

    @Override
    public void onComplete() {
        events.add(new Event.End(null));
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
        ByteBuffer buffer = buffer();
        if (buffer == null) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    /** What can be read without waiting. */
    @Override
    public int available() {
        int count = 0;
        for (int i = next; i < current.size(); i++) {
            count += current.get(i).remaining();
        }
        return count;
    }

    private @Nullable ByteBuffer buffer() throws IOException {
        while (true) {
            for (; next < current.size(); next++) {
                if (current.get(next).hasRemaining()) {
                    return current.get(next);
                }
            }
            if (!advance()) {
                return null;
            }
        }
    }

    /** Waits for more; false at the end. */
    private boolean advance() throws IOException {
        if (closed) {
            throw new IOException("the response was closed");
        }
        if (end == null) {
            switch (take()) {
                case Event.Data(List<ByteBuffer> buffers) -> {
                    current = buffers;
                    next = 0;
                    requestMore();
                    return true;
                }
                case Event.End last -> end = last;
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

    private void requestMore() {
        Flow.Subscription given = subscription.get();
        if (given != null) {
            given.request(1);
        }
    }

    /** Drops what was not read, and with it the connection. Any thread may call it; a read that waits goes on waiting. */
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
