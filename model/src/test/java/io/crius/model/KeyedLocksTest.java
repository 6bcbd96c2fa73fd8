package io.crius.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedLocksTest {
    private final KeyedLocks<String> locks = new KeyedLocks<>();

    @Test
    void excludesOthersFromTheSameKeyOnly() throws Exception {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            Thread.ofVirtual().start(() -> {
                try (var _ = locks.lock("a")) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    inside.decrementAndGet();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                done.countDown();
            });
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(most).hasValue(1);
        assertThat(locks.size()).isZero();
    }

    @Test
    void forgetsAWaiterThatIsInterrupted() throws Exception {
        var interrupted = new CountDownLatch(1);
        try (var _ = locks.lock("a")) {
            Thread waiter = Thread.ofVirtual().start(() -> {
                try (var _ = locks.lock("a")) {
                    throw new AssertionError("got a held lock");
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            waiter.interrupt();
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(locks.size()).isEqualTo(1);
        }
        assertThat(locks.size()).isZero();
    }
}
