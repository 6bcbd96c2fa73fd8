package io.crius.streaming.protocol;

import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Standard;
import io.crius.streaming.spdy.SpdyConnection;
import io.crius.streaming.spdy.SpdyStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The streams that a client has to open before its session begins, in whatever order. Thread-safe. */
final class ExpectedStreams implements SpdyConnection.Acceptor {
    static final String ERROR = "error";
    static final String STDIN = "stdin";
    static final String STDOUT = "stdout";
    static final String STDERR = "stderr";
    static final String RESIZE = "resize";

    private static final System.Logger LOG = System.getLogger(ExpectedStreams.class.getName());

    /** Of no use; a client that opens more of them is up to no good. */
    private static final int MOST_OTHERS = 16;

    private final Set<String> missing = new HashSet<>();
    private final Map<String, SpdyStream> found = new HashMap<>();
    private final CountDownLatch complete = new CountDownLatch(1);
    private int others;

    ExpectedStreams(StreamRequest request, String protocol) {
        missing.add(ERROR);
        expect(request, Standard.STDIN, STDIN);
        expect(request, Standard.STDOUT, STDOUT);
        expect(request, Standard.STDERR, STDERR);
        if (request.isTerminal() && (protocol.startsWith("v3.") || protocol.startsWith("v4."))) {
            missing.add(RESIZE);
        }
    }

    private void expect(StreamRequest request, Standard stream, String name) {
        if (request.wants(stream)) {
            missing.add(name);
        }
    }

    /** Compat: a stream of no use is taken and not looked at, unless there are many. */
    @Override
    public synchronized boolean accept(SpdyStream stream, Map<String, String> headers) {
        String type = headers.getOrDefault("streamtype", "");
        if (missing.remove(type)) {
            found.put(type, stream);
            if (missing.isEmpty()) {
                complete.countDown();
            }
            return true;
        }
        LOG.log(Level.DEBUG, () -> "a stream of type \"" + type + "\" is not wanted");
        stream.ignore();
        others++;
        return others <= MOST_OTHERS;
    }

    /** Whether all streams were there in time. */
    boolean await(Duration limit) throws InterruptedException {
        return complete.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized Set<String> missing() {
        return Set.copyOf(missing);
    }

    synchronized Optional<SpdyStream> stream(String type) {
        return Optional.ofNullable(found.get(type));
    }
}
