package io.crius.server.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Ticker;
import io.crius.server.job.Admission.Place;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final List<String> order = new CopyOnWriteArrayList<>();

    /** Waits for its turn on a thread of its own; completes with the place. */
    private CompletableFuture<Place> turn(Admission admission, String group, String name) {
        Place place = admission.enter(group);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        place.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    order.add(name);
                    return place;
                },
                command -> Thread.ofVirtual().start(command));
    }

    private static void close(CompletableFuture<Place> place) throws Exception {
        place.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void groupsTakeTurnsAndWithinAGroupTheFirstIsServedFirst() throws Exception {
        var admission = new Admission(1, 10);
        var running = turn(admission, "big", "big 0");
        running.get(10, TimeUnit.SECONDS);
        var places = List.of(
                turn(admission, "big", "big 1"),
                turn(admission, "big", "big 2"),
                turn(admission, "big", "big 3"),
                turn(admission, "small", "small 1"),
                turn(admission, "other", "other 1"));
        assertThat(admission.waiting()).isEqualTo(5);
        close(running);
        for (int i : List.of(0, 3, 4, 1, 2)) {
            close(places.get(i));
        }
        assertThat(order).containsExactly("big 0", "big 1", "small 1", "other 1", "big 2", "big 3");
        assertThat(admission.waiting()).isZero();
    }

    @Test
    void whoFindsTheLineFullIsRefusedAndTakesNoPlace() throws Exception {
        var admission = new Admission(1, 1);
        var first = turn(admission, "a", "first");
        first.get(10, TimeUnit.SECONDS);
        var second = turn(admission, "b", "second");
        assertThatThrownBy(() -> admission.enter("c"))
                .isInstanceOf(CriusException.ResourceExhausted.class)
                .hasMessage("this node is busy: 1 creations run and 1 wait in line, which is as many as may;"
                        + " try again later");
        close(first);
        close(second);
        close(turn(admission, "c", "third"));
        assertThat(order).containsExactly("first", "second", "third");
    }

    @Test
    void whoLeavesTheLineHoldsUpNobody() throws Exception {
        var admission = new Admission(1, 10);
        var first = turn(admission, "a", "first");
        first.get(10, TimeUnit.SECONDS);
        Place leaving = admission.enter("a");
        var third = turn(admission, "a", "third");
        leaving.close();
        leaving.close();
        assertThat(admission.waiting()).isEqualTo(1);
        close(first);
        close(third);
        assertThat(order).containsExactly("first", "third");
    }

    @Test
    void whatHangsDoesNotTakeThePlaceOfOthers() throws Exception {
        var admission = new Admission(1, 10, Duration.ofMillis(50), Ticker.system());
        var hanging = turn(admission, "a", "hanging");
        hanging.get(10, TimeUnit.SECONDS);
        close(turn(admission, "a", "next"));
        close(hanging);
        close(turn(admission, "a", "after"));
        assertThat(order).containsExactly("hanging", "next", "after");
    }
}
