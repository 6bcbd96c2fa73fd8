package io.crius.acceptance;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.cri.v1.ContainerEventResponse;
import io.crius.cri.v1.ContainerEventType;
import io.crius.cri.v1.GetEventsRequest;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reads a node's stream of events until it is closed. */
final class EventListener implements AutoCloseable {
    private final Node node;
    private final List<ContainerEventResponse> events = new CopyOnWriteArrayList<>();
    private final List<Duration> delays = new CopyOnWriteArrayList<>();
    private final Context.CancellableContext context = Context.current().withCancellation();
    private final Thread thread = Thread.ofVirtual().unstarted(context.wrap(this::read));

    private EventListener(Node node) {
        this.node = node;
    }

    /** The first event proves that the subscription stands. */
    static EventListener start(Node node) throws Exception {
        var listener = new EventListener(node);
        listener.thread.start();
        Pod probe = node.runPod("probe");
        while (listener.events.isEmpty()) {
            node.pods().remove(probe.id());
            probe = node.runPod("probe");
        }
        String last = probe.id();
        node.pods().remove(last);
        var _ = listener.await(last, ContainerEventType.CONTAINER_DELETED_EVENT);
        listener.events.clear();
        listener.delays.clear();
        return listener;
    }

    private void read() {
        try {
            Iterator<ContainerEventResponse> stream = node.client()
                    .runtime(Duration.ofMinutes(5))
                    .getContainerEvents(GetEventsRequest.getDefaultInstance());
            stream.forEachRemaining(event -> {
                delays.add(Duration.between(Instant.EPOCH.plusNanos(event.getCreatedAt()), Instant.now()));
                events.add(event);
            });
        } catch (StatusRuntimeException _) {
            // closed, or the server ended
            return;
        }
    }

    /** In the order they came. */
    List<ContainerEventResponse> events() {
        return List.copyOf(events);
    }

    /** How long each was on its way. */
    List<Duration> delays() {
        return List.copyOf(delays);
    }

    ContainerEventResponse await(String id, ContainerEventType type) throws Exception {
        return Await.value(
                type.name() + " of " + id,
                Node.LIMIT,
                () -> events.stream()
                        .filter(e -> e.getContainerId().equals(id) && e.getContainerEventType() == type)
                        .findFirst());
    }

    /** The kinds of those of one container or pod. */
    List<ContainerEventType> of(String id) {
        return events.stream()
                .filter(e -> e.getContainerId().equals(id))
                .map(ContainerEventResponse::getContainerEventType)
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        context.cancel(null);
        thread.join();
    }
}
