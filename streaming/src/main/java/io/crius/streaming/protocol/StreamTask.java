package io.crius.streaming.protocol;

import io.crius.streaming.session.PortTarget;
import io.crius.streaming.session.ProcessSession;
import io.crius.streaming.session.StreamRequest;
import java.util.List;

/** What a connection is for: settled when the CRI was asked, never by what the client says afterwards. */
public sealed interface StreamTask {
    /** A command or a container whose streams are to be connected. */
    record ProcessTask(Purpose purpose, StreamRequest request, ProcessSession session) implements StreamTask {}

    /**
     * Ports of a pod.
     *
     * @param ports those of the request, which count for WebSockets only. Compat: over SPDY the client names them
     */
    record ForwardTask(List<Integer> ports, PortTarget target) implements StreamTask {
        public ForwardTask {
            ports = List.copyOf(ports);
        }
    }

    /** Why a process's streams are connected. */
    enum Purpose {
        EXEC("error executing command in container: "),
        ATTACH("error attaching to container: ");

        private final String failure;

        Purpose(String failure) {
            this.failure = failure;
        }

        /** Compat: the words before what went wrong. */
        String failure() {
            return failure;
        }
    }
}
