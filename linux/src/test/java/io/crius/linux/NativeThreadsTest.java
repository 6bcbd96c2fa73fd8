package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class NativeThreadsTest {
    private final NativeThreads threads = new NativeThreads();

    @Test
    void aPlatformThreadMakesItsCallsItself() throws Exception {
        assertThat(threads.<Thread>call(Thread::currentThread)).isSameAs(Thread.currentThread());
    }

    @Test
    void aVirtualThreadHasThemMadeOnANamedPlatformThread() throws Exception {
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            Thread there =
                    virtual.submit(() -> threads.call(Thread::currentThread)).get();
            assertThat(there.isVirtual()).isFalse();
            assertThat(there.getName()).startsWith("crius-native-");
        }
    }

    @Test
    void manyCallersShareFewThreads() throws Exception {
        Set<Thread> used = ConcurrentHashMap.newKeySet();
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 500; i++) {
                all.add(virtual.submit(() -> threads.call(() -> {
                    used.add(Thread.currentThread());
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    return running.decrementAndGet();
                })));
            }
            for (Future<Integer> one : all) {
                one.get();
            }
        }
        assertThat(most.get()).isBetween(1, 32);
        assertThat(used).hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void aRefusalIsTheCallers() throws Exception {
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Object> refused = virtual.submit(() -> threads.call(() -> {
                throw new ErrnoException("umount2(/x)", Errno.EBUSY);
            }));
            assertThatThrownBy(refused::get).cause().hasMessage("umount2(/x): EBUSY (Device or resource busy)");
        }
    }

    @Test
    void anInterruptDoesNotCutACallShortAndIsNotLost() throws Exception {
        var begun = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            var caller = new java.util.concurrent.CompletableFuture<Thread>();
            Future<Boolean> result = virtual.submit(() -> {
                caller.complete(Thread.currentThread());
                threads.call(() -> {
                    begun.countDown();
                    awaitQuietly(finish);
                    return 1;
                });
                return Thread.currentThread().isInterrupted();
            });
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            caller.get().interrupt();
            finish.countDown();
            assertThat(result.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("the call itself is not interrupted", e);
        }
    }
}
