package io.crius.server.explain;

import io.crius.model.RequestId;
import io.crius.model.Timeline;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The calls that are being answered. Thread-safe. */
public final class Requests {
    /** Tells the requests of this life of the daemon from those of others. */
    private final String life = Long.toString(System.currentTimeMillis() / 1000 % (36 * 36 * 36 * 36), 36);

    private final AtomicLong count = new AtomicLong();
    private final Set<Request> running = ConcurrentHashMap.newKeySet();

    /** A call; closing it is its end. */
    public final class Request implements AutoCloseable {
        private final RequestId id = new RequestId(life + "-" + count.incrementAndGet());
        private final String rpc;
        private final Instant begun = Instant.now();
        private final Timeline timeline = new Timeline();

        private Request(String rpc) {
            this.rpc = rpc;
        }

        public RequestId id() {
            return id;
        }

        public String rpc() {
            return rpc;
        }

        public Instant begun() {
            return begun;
        }

        public Timeline timeline() {
            return timeline;
        }

        @Override
        public void close() {
            running.remove(this);
        }
    }

    public Request begin(String rpc) {
        var request = new Request(rpc);
        running.add(request);
        return request;
    }

    /** Oldest first. */
    public List<Request> running() {
        return running.stream().sorted(Comparator.comparing(Request::begun)).toList();
    }
}
