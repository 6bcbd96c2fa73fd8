package io.crius.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.server.container.ContainerView;
import io.crius.server.events.Event;
import io.crius.server.events.Event.Kind;
import io.crius.server.events.EventFeed;
import io.crius.server.events.EventSubscription;
import io.crius.server.state.Container;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which events follow from what operations do. */
@Timeout(60)
class EventFeedTest {
    @TempDir
    Path folder;

    private TestNode node;

    @BeforeEach
    void makeNode() throws IOException {
        node = new TestNode(folder);
    }

    private static EventFeed feed(TestDaemon daemon) {
        // A clock that stands still: times have to differ all the same.
        var feed = new EventFeed(daemon.registry, InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));
        daemon.registry.listen(feed);
        return feed;
    }

    private static List<Event> take(EventSubscription subscription, int count) throws InterruptedException {
        var events = new ArrayList<Event>();
        for (int i = 0; i < count; i++) {
            Optional<Event> event = subscription.next(() -> true);
            events.add(event.orElseThrow());
        }
        return events;
    }

    private static List<String> told(List<Event> events, Pod pod, Container container) {
        return events.stream()
                .map(e -> e.kind() + " "
                        + (e.id().equals(pod.id().value())
                                ? "pod"
                                : e.id().equals(container.id().value()) ? "container" : e.id()))
                .toList();
    }

    @Test
    void aWholeLifeIsTold() throws Exception {
        try (var daemon = new TestDaemon(node);
                EventFeed feed = feed(daemon);
                EventSubscription subscription = feed.subscribe()) {
            Pod pod = daemon.runPod();
            Container container = daemon.runContainer(pod);
            node.runtime.end(container.id(), 3);
            assertThat(container.over()).succeedsWithin(Duration.ofSeconds(10));
            daemon.removeContainer(container);
            daemon.stopPod(pod);
            daemon.removePod(pod);
            List<Event> events = take(subscription, 8);
            assertThat(told(events, pod, container))
                    .containsExactly(
                            "CREATED pod",
                            "STARTED pod",
                            "CREATED container",
                            "STARTED container",
                            "STOPPED container",
                            "DELETED container",
                            "STOPPED pod",
                            "DELETED pod");
            assertThat(events).extracting(Event::sequence).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
            assertThat(events).extracting(Event::at).isSorted().doesNotHaveDuplicates();
            var stopped = events.get(4).pod().orElseThrow();
            assertThat(stopped.state()).isInstanceOf(PodState.Ready.class);
            assertThat(stopped.containers()).extracting(ContainerView::exitCode).containsExactly(3);
            assertThat(events.get(5).pod().orElseThrow().containers()).isEmpty();
            assertThat(events.getLast().pod().orElseThrow().pod()).isEqualTo(pod);
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void whatOnlyTheReconcilerStillSeesIsDeletedOnce() throws Exception {
        try (var daemon = new TestDaemon(node);
                EventFeed feed = feed(daemon)) {
            Pod pod = daemon.runPod();
            Container container = daemon.runContainer(pod);
            try (EventSubscription subscription = feed.subscribe()) {
                node.steps.failAlways("delete container");
                daemon.removeContainer(container);
                daemon.awaitRemovals();
                node.steps.heal();
                daemon.reconcile();
                daemon.stopPod(pod);
                assertThat(told(take(subscription, 3), pod, container))
                        .containsExactly("STOPPED container", "DELETED container", "STOPPED pod");
            }
            daemon.removeEverything();
        }
        assertThat(node.leftovers()).isEmpty();
    }

    @Test
    void everySubscriberHearsAllFromItsBeginningOn() throws Exception {
        try (var daemon = new TestDaemon(node);
                EventFeed feed = feed(daemon);
                EventSubscription early = feed.subscribe()) {
            Pod pod = daemon.runPod();
            try (EventSubscription late = feed.subscribe()) {
                daemon.stopPod(pod);
                assertThat(take(early, 3))
                        .extracting(Event::kind)
                        .containsExactly(Kind.CREATED, Kind.STARTED, Kind.STOPPED);
                assertThat(take(late, 1)).extracting(Event::kind).containsExactly(Kind.STOPPED);
            }
            daemon.removeEverything();
        }
    }
}
