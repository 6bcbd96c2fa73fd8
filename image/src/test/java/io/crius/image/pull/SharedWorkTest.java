package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedWorkTest {
    private final List<String> disposed = new CopyOnWriteArrayList<>();
    private final SharedWork<String, String> works =
            new SharedWork<>(Thread.ofVirtual().factory(), disposed::add);

    @Test
    void theSecondCallerGetsTheResultOfTheFirst() {
        var runs = new AtomicInteger();
        var go = new CountDownLatch(1);
        try (var one = works.join("k", () -> {
                    go.await();
                    return "result " + runs.incrementAndGet();
                });
                var two = works.join("k", () -> "never")) {
            go.countDown();
            assertThat(one.origin()).isEqualTo(SharedWork.Origin.STARTED);
            assertThat(two.origin()).isEqualTo(SharedWork.Origin.JOINED);
            assertThat(two.await("work")).isEqualTo("result 1");
            assertThat(one.await("work")).isEqualTo("result 1");
            assertThat(disposed).isEmpty();
        }
        assertThat(disposed).containsExactly("result 1");
        assertThat(works.size()).isZero();
    }

    @Test
    void whoLeavesDoesNotDisturbTheOthers() {
        var go = new CountDownLatch(1);
        var one = works.join("k", () -> {
            go.await();
            return "done";
        });
        try (var two = works.join("k", () -> "never")) {
            one.close();
            one.close();
            go.countDown();
            assertThat(two.await("work")).isEqualTo("done");
        }
    }

    @Test
    void whenTheLastLeavesTheWorkIsInterrupted() throws InterruptedException {
        var started = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var part = works.join("k", () -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
                return "never";
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        started.await();
        part.close();
        interrupted.await();
        assertThat(works.size()).isZero();
        assertThat(disposed).isEmpty();
    }

    @Test
    void aResultThatComesAfterTheLastHasLeftIsDisposedOf() throws InterruptedException {
        var started = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        var slow = new SharedWork<String, String>(Thread.ofVirtual().factory(), value -> {
            disposed.add(value);
            done.countDown();
        });
        var part = slow.join("k", () -> {
            started.countDown();
            while (true) {
                try {
                    left.await();
                    return "late";
                } catch (InterruptedException _) {
                    // This work is deaf.
                }
            }
        });
        started.await();
        part.close();
        left.countDown();
        done.await();
        assertThat(disposed).containsExactly("late");
    }

    @Test
    void aFailureReachesAllAndIsNotJoinedByLaterOnes() {
        var go = new CountDownLatch(1);
        try (var one = works.join("k", () -> {
                    go.await();
                    throw new CriusException.NotFound("no");
                });
                var two = works.join("k", () -> "never")) {
            go.countDown();
            assertThatThrownBy(() -> one.await("work")).isInstanceOf(CriusException.NotFound.class);
            assertThatThrownBy(() -> two.await("work")).isInstanceOf(CriusException.NotFound.class);
            try (var three = works.join("k", () -> "again")) {
                assertThat(three.origin()).isEqualTo(SharedWork.Origin.STARTED);
                assertThat(three.await("work")).isEqualTo("again");
            }
        }
        assertThat(works.size()).isZero();
    }

    @Test
    void aWaiterObeysItsOwnDeadline() {
        try (var part = works.join("k", () -> {
            new CountDownLatch(1).await();
            return "never";
        })) {
            assertThatThrownBy(() -> ScopedValue.where(Deadline.CURRENT, Deadline.after(Duration.ofMillis(20)))
                            .run(() -> part.await("pull x")))
                    .isInstanceOf(CriusException.DeadlineExceeded.class)
                    .hasMessage("pull x: not done in time");
        }
    }
}
