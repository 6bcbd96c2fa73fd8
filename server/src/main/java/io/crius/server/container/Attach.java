package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.runtime.ContainerSessions;
import io.crius.server.state.Container;
import io.crius.server.state.Registry;
import io.crius.streaming.StreamingServer;
import io.crius.streaming.session.StreamRequest;

/** Attach: promises a session with the streams of a container's first process. */
public final class Attach {
    private final Registry registry;
    private final ContainerSessions sessions;
    private final StreamingServer streaming;

    public Attach(Registry registry, ContainerSessions sessions, StreamingServer streaming) {
        this.registry = registry;
        this.sessions = sessions;
        this.streaming = streaming;
    }

    /**
     * The URL of the session.
     *
     * @throws CriusException.NotFound where the container does not exist or has ended
     */
    public String url(String idOrPrefix, StreamRequest request) {
        Container container = registry.container(idOrPrefix);
        if (container.state().alive().isEmpty()) {
            throw new CriusException.NotFound("container is not created or running: " + container.id() + " is "
                    + ContainerView.of(container).phase());
        }
        return streaming.attach(request, streams -> sessions.attach(ContainerProcesses.alive(container), streams));
    }
}
