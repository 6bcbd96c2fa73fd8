package io.crius.streaming;

import io.crius.model.CriusException;
import io.crius.streaming.protocol.StreamTask;
import io.crius.streaming.protocol.StreamTask.ForwardTask;
import io.crius.streaming.protocol.StreamTask.ProcessTask;
import io.crius.streaming.protocol.StreamTask.Purpose;
import io.crius.streaming.session.PortTarget;
import io.crius.streaming.session.ProcessSession;
import io.crius.streaming.session.StreamRequest;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Promises sessions by URL, and serves who comes with one. Thread-safe. */
public final class StreamingServer implements AutoCloseable {
    private static final String EXEC = "exec";
    private static final String ATTACH = "attach";
    private static final String FORWARD = "portforward";

    private final StreamingSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Listener listener;
    private boolean closed;

    private StreamingServer(StreamingSettings settings) {
        this.settings = settings;
    }

    /**
     * A server that listens at once where its port was configured, and when the first URL is asked for where it was not.
     *
     * @throws CriusException.Failed where the address cannot be listened on, or the TLS files cannot be used
     */
    public static StreamingServer open(StreamingSettings settings) {
        var server = new StreamingServer(settings);
        if (settings.port() != 0) {
            server.listener();
        }
        return server;
    }

    /** A URL for a command that the session will start. */
    public String exec(StreamRequest request, ProcessSession session) {
        return url(EXEC, new ProcessTask(Purpose.EXEC, request, session));
    }

    /** A URL for a connection with a container's own streams. */
    public String attach(StreamRequest request, ProcessSession session) {
        return url(ATTACH, new ProcessTask(Purpose.ATTACH, request, session));
    }

    /** A URL for connections to ports of a pod. */
    public String forward(List<Integer> ports, PortTarget target) {
        return url(FORWARD, new ForwardTask(ports, target));
    }

    private String url(String kind, StreamTask task) {
        return listener().url(kind, task);
    }

    private Listener listener() {
        lock.lock();
        try {
            if (closed) {
                throw new CriusException.Unavailable("the streaming server is closed: the daemon ends");
            }
            Listener open = listener;
            if (open == null) {
                open = Listener.open(settings);
                listener = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all sessions; waits a few seconds for what they have to give back. Idempotent. */
    @Override
    public void close() {
        @Nullable Listener open;
        lock.lock();
        try {
            closed = true;
            open = listener;
            listener = null;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.close();
        }
    }
}
