package io.crius.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventSubscriptionTest {
    private final AtomicInteger lost = new AtomicInteger();
    private final List<EventSubscription> left = new ArrayList<>();
    private final EventSubscription subscription = new EventSubscription(left::add, lost::incrementAndGet);

    private static Event event(long number) {
        return new Event(number, Event.Kind.STARTED, "c" + number, Instant.EPOCH, Optional.empty());
    }

    @Test
    void eventsComeInOrder() throws InterruptedException {
        subscription.offer(event(1));
        subscription.offer(event(2));
        assertThat(subscription.next(() -> true)).map(Event::sequence).contains(1L);
        assertThat(subscription.next(() -> true)).map(Event::sequence).contains(2L);
    }

    @Test
    void whoIsTooSlowGetsWhatWasKeptAndThenIsTold() throws InterruptedException {
        for (int i = 1; i <= 1_005; i++) {
            subscription.offer(event(i));
        }
        assertThat(left).contains(subscription);
        assertThat(lost).hasPositiveValue();
        for (long i = 1; i <= 1_000; i++) {
            assertThat(subscription.next(() -> true)).map(Event::sequence).contains(i);
        }
        assertThatThrownBy(() -> subscription.next(() -> true))
                .isInstanceOf(CriusException.ResourceExhausted.class)
                .hasMessage("GetContainerEvents: this subscriber fell 1000 events behind, and those from number 1001"
                        + " (STARTED of c1001) on are lost to it; subscribe again, then list pods and containers");
    }

    @Test
    void nothingComesAfterALoss() throws InterruptedException {
        for (int i = 1; i <= 1_001; i++) {
            subscription.offer(event(i));
        }
        subscription.next(() -> true);
        subscription.offer(event(1_002));
        for (int i = 2; i <= 1_000; i++) {
            subscription.next(() -> true);
        }
        assertThatThrownBy(() -> subscription.next(() -> true)).hasMessageContaining("from number 1001");
    }

    @Test
    void nothingIsTakenBeforeTheSubscriberIsReady() throws Exception {
        var ready = new AtomicBoolean();
        subscription.offer(event(1));
        CompletableFuture<Optional<Event>> taken = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                taken.complete(subscription.next(ready::get));
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        subscription.wake();
        assertThat(taken).isNotDone();
        ready.set(true);
        subscription.wake();
        assertThat(taken.get(10, TimeUnit.SECONDS)).map(Event::sequence).contains(1L);
    }

    @Test
    void theEndWakesWhoWaits() throws Exception {
        CompletableFuture<Optional<Event>> taken = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                taken.complete(subscription.next(() -> true));
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        subscription.close();
        assertThat(taken.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(left).contains(subscription);
    }
}
