package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class PullBudgetTest {
    private static final int RING = PullLimits.Ring.LARGEST.bytes();

    /** Takes a layer's share on a thread of its own, and keeps it until told. */
    private static final class Taker {
        private final CountDownLatch taken = new CountDownLatch(1);
        private final CountDownLatch done = new CountDownLatch(1);
        private final AtomicReference<String> end = new AtomicReference<>("");
        private final Thread thread;

        Taker(PullBudget budget) {
            thread = Thread.ofVirtual().start(() -> {
                try (PullBudget.Share _ = budget.layer(PullLimits.Ring.LARGEST)) {
                    taken.countDown();
                    done.await();
                    end.set("done");
                } catch (InterruptedException _) {
                    end.set("interrupted");
                }
            });
        }

        void awaitBlocked() {
            while (thread.getState() != Thread.State.WAITING) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        void finish() throws InterruptedException {
            done.countDown();
            thread.join();
        }
    }

    @Test
    void buffersBoundTheLayersThatAreUnderWay() throws InterruptedException {
        var budget = new PullBudget(new PullLimits(6, 16, 1, 2 * RING));
        var one = new Taker(budget);
        var two = new Taker(budget);
        one.taken.await();
        two.taken.await();
        var three = new Taker(budget);
        three.awaitBlocked();
        assertThat(three.taken.getCount()).isOne();
        one.finish();
        three.taken.await();
        two.finish();
        three.finish();
    }

    @Test
    void whoIsInterruptedWhileWaitingHoldsNothing() throws InterruptedException {
        var budget = new PullBudget(new PullLimits(6, 2, 1, RING));
        var one = new Taker(budget);
        one.taken.await();
        var two = new Taker(budget);
        two.awaitBlocked();
        two.thread.interrupt();
        two.thread.join();
        assertThat(two.end.get()).isEqualTo("interrupted");
        one.finish();
        var three = new Taker(budget);
        three.taken.await();
        three.finish();
    }

    @Test
    void aTurnIsTakenAndGivenBackOnceHoweverOftenItIsSaid() throws InterruptedException {
        var budget = new PullBudget(new PullLimits(6, 2, 1, RING));
        PullBudget.Turn turn = budget.decompression();
        turn.take();
        turn.take();
        turn.giveBack();
        turn.giveBack();
        budget.decompression().take();
        PullBudget.Turn waiting = budget.decompression();
        Thread.currentThread().interrupt();
        assertThatThrownBy(waiting::take).isInstanceOf(InterruptedException.class);
    }

    @Test
    void limitsThatAllowNoLayerAreRefused() {
        assertThatThrownBy(() -> new PullLimits(6, 16, 1, RING - 1))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("pull limits must allow one layer at least");
    }
}
