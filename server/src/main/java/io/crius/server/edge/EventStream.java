package io.crius.server.edge;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.cri.v1.ContainerEventResponse;
import io.crius.cri.v1.ContainerEventType;
import io.crius.model.CriusException;
import io.crius.model.RequestId;
import io.crius.server.events.Event;
import io.crius.server.events.EventFeed;
import io.crius.server.events.EventSubscription;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;

/** One caller of GetContainerEvents: a thread that sends as fast as the caller takes, and no faster. */
final class EventStream {
    private static final System.Logger LOG = System.getLogger(EventStream.class.getName());
    private static final String RPC = "GetContainerEvents";

    private final EventSubscription subscription;
    private final ServerCallStreamObserver<ContainerEventResponse> out;

    private EventStream(EventSubscription subscription, ServerCallStreamObserver<ContainerEventResponse> out) {
        this.subscription = subscription;
        this.out = out;
    }

    /** Begins; everything that happens after this returned will be told. Called while gRPC still sets the call up. */
    static void begin(EventFeed feed, ServerCallStreamObserver<ContainerEventResponse> out) {
        var stream = new EventStream(feed.subscribe(), out);
        out.setOnCancelHandler(stream.subscription::close);
        out.setOnReadyHandler(stream.subscription::wake);
        Thread.ofVirtual().name("events").start(stream::send);
    }

    private void send() {
        try (subscription) {
            for (Optional<Event> event = next(); event.isPresent(); event = next()) {
                out.onNext(write(event.get()));
            }
            if (!out.isCancelled()) {
                out.onError(ErrorCodes.toStatus(
                        RPC, RequestId.NONE, new CriusException.Unavailable(RPC + ": the daemon ends")));
            }
        } catch (CriusException e) {
            LOG.log(WARNING, e::getMessage);
            out.onError(ErrorCodes.toStatus(RPC, RequestId.NONE, e));
        } catch (RuntimeException e) {
            // The caller left between the look and the answer.
            LOG.log(DEBUG, () -> RPC + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Event> next() throws InterruptedException {
        return subscription.next(out::isReady);
    }

    static ContainerEventResponse write(Event event) {
        var response = ContainerEventResponse.newBuilder()
                .setContainerId(event.id())
                .setContainerEventType(
                        switch (event.kind()) {
                            case CREATED -> ContainerEventType.CONTAINER_CREATED_EVENT;
                            case STARTED -> ContainerEventType.CONTAINER_STARTED_EVENT;
                            case STOPPED -> ContainerEventType.CONTAINER_STOPPED_EVENT;
                            case DELETED -> ContainerEventType.CONTAINER_DELETED_EVENT;
                        })
                .setCreatedAt(Times.nanos(event.at()));
        event.pod().ifPresent(pod -> {
            response.setPodSandboxStatus(PodWriter.status(pod.pod(), pod.state()));
            pod.containers().forEach(view -> response.addContainersStatuses(ContainerWriter.status(view)));
        });
        return response.build();
    }
}
