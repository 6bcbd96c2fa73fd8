package io.crius.server.events;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.model.PodId;
import io.crius.server.container.ContainerView;
import io.crius.server.events.Event.Kind;
import io.crius.server.events.Event.PodSnapshot;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import io.crius.server.state.Transitions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Makes events of changes of state and hands them to all subscribers, in one order. Thread-safe. Without subscribers it costs
 * nothing.
 *
 * <p>Only what the CRI can see makes events: a pod or container that could not be created was never there.
 */
public final class EventFeed implements Transitions, AutoCloseable {
    private final Registry registry;
    private final InstantSource clock;
    private final CopyOnWriteArrayList<EventSubscription> subscribers = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private long sequence;

    private final LongAdder lost = new LongAdder();

    @GuardedBy("lock")
    private Instant last = Instant.EPOCH;

    public EventFeed(Registry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** All events from now on. To be closed by the subscriber. */
    public EventSubscription subscribe() {
        var subscription = new EventSubscription(subscribers::remove, lost::increment);
        subscribers.add(subscription);
        return subscription;
    }

    /** How many events some subscriber did not get. */
    public long lost() {
        return lost.sum();
    }

    @Override
    public void changed(Container container, ContainerState before, ContainerState now) {
        if (wasTold(before, now)) {
            return;
        }
        switch (now) {
            case ContainerState.Created _ -> publish(Kind.CREATED, container);
            case ContainerState.Running _ -> publish(Kind.STARTED, container);
            case ContainerState.Exited _ -> publish(Kind.STOPPED, container);
            case ContainerState.Doomed _ -> {
                if (before.visible()) {
                    publish(Kind.DELETED, container);
                }
            }
            case ContainerState.Creating _, ContainerState.Unknown _ -> {}
        }
    }

    /** A state that is known again was told when it was reached. */
    private static boolean wasTold(ContainerState before, ContainerState now) {
        return before instanceof ContainerState.Unknown unknown
                && (now instanceof ContainerState.Created
                        || (now instanceof ContainerState.Running
                                && unknown.startedAt().isPresent()));
    }

    @Override
    public void forgotten(Container container) {
        if (container.state().visible()) {
            publish(Kind.DELETED, container);
        }
    }

    @Override
    public void changed(Pod pod, PodState before, PodState now) {
        switch (now) {
            case PodState.Ready _ -> {
                // Compat: the pod's own container is created and started at once.
                publish(Kind.CREATED, pod);
                publish(Kind.STARTED, pod);
            }
            case PodState.Stopped _ -> {
                if (before instanceof PodState.Ready) {
                    publish(Kind.STOPPED, pod);
                }
            }
            case PodState.Doomed _ -> {
                if (before.visible()) {
                    publish(Kind.DELETED, pod);
                }
            }
            case PodState.Creating _ -> {}
        }
    }

    @Override
    public void forgotten(Pod pod) {
        if (pod.state().visible()) {
            publish(Kind.DELETED, pod);
        }
    }

    private void publish(Kind kind, Container container) {
        if (!subscribers.isEmpty()) {
            publish(
                    kind,
                    container.id().value(),
                    registry.any(container.definition().pod()));
        }
    }

    private void publish(Kind kind, Pod pod) {
        if (!subscribers.isEmpty()) {
            publish(kind, pod.id().value(), Optional.of(pod));
        }
    }

    /** States are looked at under the lock, so that a later event never shows an earlier state. */
    private void publish(Kind kind, String id, Optional<Pod> pod) {
        lock.lock();
        try {
            Instant now = clock.instant();
            // Spec: kubelet takes statuses for old whose time is not later than what it has.
            last = now.isAfter(last) ? now : last.plusNanos(1);
            var event = new Event(++sequence, kind, id, last, pod.map(this::snapshot));
            subscribers.forEach(subscriber -> subscriber.offer(event));
        } finally {
            lock.unlock();
        }
    }

    private PodSnapshot snapshot(Pod pod) {
        String uid = pod.definition().name().uid();
        Set<PodId> sandboxes = registry.everyPod().stream()
                .filter(other -> other.definition().name().uid().equals(uid))
                .map(Pod::id)
                .collect(Collectors.toSet());
        sandboxes.add(pod.id());
        return new PodSnapshot(
                pod,
                pod.state(),
                registry.containers()
                        .filter(container ->
                                sandboxes.contains(container.definition().pod()))
                        .map(ContainerView::of)
                        .toList());
    }

    /** Ends all subscriptions. Idempotent. */
    @Override
    public void close() {
        subscribers.forEach(EventSubscription::close);
    }
}
