package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.runtime.ContainerSessions;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.SessionExec;
import io.crius.server.state.Container;
import io.crius.server.state.Registry;
import io.crius.streaming.StreamingServer;
import io.crius.streaming.session.StreamRequest;
import java.util.List;

/** Exec: promises a session with a new command in a container. The command is started when somebody comes for it. */
public final class Exec {
    private final Registry registry;
    private final ContainerSessions sessions;
    private final StreamingServer streaming;

    public Exec(Registry registry, ContainerSessions sessions, StreamingServer streaming) {
        this.registry = registry;
        this.sessions = sessions;
        this.streaming = streaming;
    }

    /**
     * The URL of the session.
     *
     * @throws CriusException.NotFound where the container does not exist or does not run
     * @throws CriusException.FailedPrecondition where the container is being killed
     */
    public String url(String idOrPrefix, List<String> command, StreamRequest request) {
        if (command.isEmpty()) {
            throw new CriusException.InvalidArgument("exec command cannot be empty");
        }
        List<String> words = List.copyOf(command);
        Container container = registry.container(idOrPrefix);
        SessionExec session = sessions.exec(ContainerProcesses.takingCommands(container), words, request);
        String url = streaming.exec(request, streams -> {
            RuntimeContainer _ = ContainerProcesses.takingCommands(container);
            return session.run(streams);
        });
        session.makeReady();
        return url;
    }
}
