package io.crius.streaming.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.ByteBudget;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteQueueTest {
    private final ByteBudget budget = new ByteBudget(1 << 20);
    private final ByteBudget.Share memory = budget.share();
    private final AtomicInteger asked = new AtomicInteger();
    private final ByteQueue queue = new ByteQueue(memory, asked::incrementAndGet);

    @Test
    void bytesComeOutAsTheyWentIn() throws IOException {
        queue.put(new byte[] {1, 2, 3, 4}, 1, 2);
        queue.put(new byte[] {5}, 0, 1);
        queue.end();
        assertThat(queue.readAllBytes()).containsExactly(2, 3, 5);
    }

    @Test
    void whoPutsTooMuchWaitsForTheReader() throws Exception {
        var done = new CountDownLatch(1);
        Thread writer = Thread.ofVirtual().start(() -> {
            put(ByteQueue.LIMIT);
            put(1);
            done.countDown();
        });
        awaitWaiting(writer);
        assertThat(done.getCount()).isOne();
        assertThat(queue.readNBytes(1000)).hasSize(1000);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nobodyWaitsForAReaderWhoHasLeft() throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> {
            put(ByteQueue.LIMIT);
            put(ByteQueue.LIMIT);
        });
        awaitWaiting(writer);
        queue.close();
        writer.join();
        assertThat(queue.read()).isEqualTo(-1);
    }

    @Test
    void aStreamThatIsGivenUpIsReadToThatPoint() throws IOException {
        var told = new CompletableFuture<Boolean>();
        queue.onReset(() -> told.complete(true));
        queue.put(new byte[] {1}, 0, 1);
        queue.reset("gone");
        assertThat(queue.read()).isOne();
        assertThatThrownBy(queue::read).isInstanceOf(StreamResetException.class).hasMessage("gone");
        assertThat(told).isCompletedWithValue(true);
    }

    @Test
    void aStreamThatEndedBeforeItWasGivenUpHasEndedButIsToldStill() throws IOException {
        queue.end();
        queue.reset("gone");
        assertThat(queue.read()).isEqualTo(-1);
        var told = new CompletableFuture<Boolean>();
        queue.onReset(() -> told.complete(true));
        assertThat(told).isCompletedWithValue(true);
    }

    @Test
    void eachStreamGetsOnWhereOthersHoldAllMemory() throws Exception {
        try (ByteBudget.Share others = budget.share()) {
            assertThat(others.take(1 << 20)).isTrue();
            var done = new CountDownLatch(1);
            Thread writer = Thread.ofVirtual().start(() -> {
                put(100);
                put(100);
                done.countDown();
            });
            awaitWaiting(writer);
            assertThat(done.getCount()).isOne();
            assertThat(queue.readNBytes(100)).hasSize(100);
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(budget.left()).isEqualTo(1 << 20);
    }

    @Test
    void whatIsReadOrDroppedIsGivenBack() throws IOException {
        put(3000);
        put(3000);
        assertThat(budget.left()).isLessThan((1 << 20) - 6000);
        assertThat(queue.readNBytes(3000)).hasSize(3000);
        assertThat(budget.left()).isBetween((1L << 20) - 4000, (1L << 20) - 3000);
        queue.close();
        assertThat(budget.left()).isEqualTo(1 << 20);
    }

    @Test
    void whoWaitsIsToldThatTheConnectionWasClosed() throws Exception {
        put(ByteQueue.LIMIT);
        var failure = new CompletableFuture<Throwable>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                queue.put(new byte[1], 0, 1);
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        awaitWaiting(writer);
        memory.close();
        assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessage("the connection was closed while 65536 bytes waited");
        assertThat(budget.left()).isEqualTo(1 << 20);
    }

    @Test
    void whoWaitsForTheReaderFindsOutThatTheClientHasGone() throws Exception {
        var full = new ByteQueue(memory, () -> {
            if (asked.incrementAndGet() == 2) {
                throw new IOException("broken pipe");
            }
        });
        full.put(new byte[ByteQueue.LIMIT], 0, ByteQueue.LIMIT);
        assertThat(asked).hasValue(0);
        assertThatThrownBy(() -> full.put(new byte[1], 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessage("broken pipe");
        full.close();
    }

    @Test
    void nobodyIsAskedWhileBytesAreTaken() throws IOException {
        put(ByteQueue.LIMIT);
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                queue.skipNBytes(4L * ByteQueue.LIMIT);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        put(3 * ByteQueue.LIMIT);
        assertThat(asked).hasValue(0);
        assertThat(reader.isInterrupted()).isFalse();
    }

    private void put(int size) {
        try {
            queue.put(new byte[size], 0, size);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.sleep(1);
        }
    }
}
