package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.network.pod.PodDialer;
import io.crius.server.state.Pod;
import io.crius.server.state.Registry;
import io.crius.streaming.StreamingServer;
import io.crius.streaming.session.PortTarget;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** PortForward: promises connections to ports that are open on a pod's loopback interface. */
public final class PortForward {
    private static final int LARGEST_PORT = 65535;

    private final Registry registry;
    private final PodDialer dialer;
    private final StreamingServer streaming;

    public PortForward(Registry registry, PodDialer dialer, StreamingServer streaming) {
        this.registry = registry;
        this.dialer = dialer;
        this.streaming = streaming;
    }

    /**
     * The URL of the session.
     *
     * @throws CriusException.NotFound where there is no such pod
     * @throws CriusException.FailedPrecondition where it was stopped
     */
    public String url(String idOrPrefix, List<Integer> ports) {
        for (int port : ports) {
            if (port < 1 || port > LARGEST_PORT) {
                throw new CriusException.InvalidArgument("port-forward: " + port + " is no port");
            }
        }
        Pod pod = registry.pod(idOrPrefix);
        if (pod.ready().isEmpty()) {
            throw new CriusException.FailedPrecondition("sandbox " + pod.id() + " is not running");
        }
        return streaming.forward(ports, new PodPorts(pod));
    }

    /** The pod as it is when somebody connects. */
    private final class PodPorts implements PortTarget {
        private final Pod pod;

        PodPorts(Pod pod) {
            this.pod = pod;
        }

        @Override
        public SocketChannel connect(int port) throws IOException {
            if (pod.ready().isEmpty()) {
                throw new IOException("sandbox " + pod.id() + " is not running");
            }
            Optional<Path> namespace = pod.definition().plan().networkNamespace();
            try {
                return namespace.isPresent() ? dialer.dial(namespace.get(), port) : dialer.dialOnNode(port);
            } catch (IOException e) {
                String where = namespace
                        .map(path -> "port forward into network namespace \"" + path + "\"")
                        .orElse("port forward on the node's network");
                throw new IOException(
                        where + ": failed to connect to localhost:" + port + " inside namespace " + pod.id() + ": "
                                + e.getMessage(),
                        e);
            }
        }

        @Override
        public String pod() {
            return pod.id().value();
        }
    }
}
