package io.crius.streaming.protocol;

import io.crius.model.ByteBudget;
import io.crius.streaming.protocol.StreamTask.ForwardTask;
import io.crius.streaming.spdy.SpdyConnection;
import io.crius.streaming.spdy.SpdyStream;
import io.crius.streaming.wire.StreamResetException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Port-forward over SPDY, on a connection of its own or in a WebSocket's tunnel: any number of connections to ports of
 * the pod, as long as there is memory, each of an error stream and a data stream that bear the same request id.
 */
final class SpdyForward implements SpdyConnection.Acceptor {
    private static final System.Logger LOG = System.getLogger(SpdyForward.class.getName());

    /** What one connection takes while nothing is on its way, in bytes: its threads and their buffers. */
    private static final int COST = 10 << 10;

    private static final int LONGEST_REQUEST = 256;
    private static final String DATA = "data";
    private static final String ERROR = "error";
    private static final int LARGEST_PORT = 65535;

    private final ForwardTask task;
    private final Map<String, StreamPair> pairs = new ConcurrentHashMap<>();
    private final ByteBudget.Share memory;

    SpdyForward(ForwardTask task, ByteBudget.Share memory) {
        this.task = task;
        this.memory = memory;
    }

    @Override
    public boolean accept(SpdyStream stream, Map<String, String> headers) {
        OptionalInt port = port(headers.getOrDefault("port", ""));
        String type = headers.getOrDefault("streamtype", "");
        String request = Optional.ofNullable(headers.get("requestid")).orElseGet(() -> requestId(stream, type));
        boolean understood =
                port.isPresent() && (type.equals(DATA) || type.equals(ERROR)) && request.length() <= LONGEST_REQUEST;
        @Nullable StreamPair pair = understood ? pairs.computeIfAbsent(request, this::begin) : null;
        if (pair == null) {
            LOG.log(
                    Level.DEBUG,
                    () -> understood
                            ? "a stream is refused: all clients together hold as much memory as they may"
                            : "a stream with the headers " + headers + " is refused");
            return false;
        }
        if (type.equals(DATA)) {
            stream.makeIndependent();
        }
        boolean added = type.equals(DATA) ? pair.data(stream, port.getAsInt()) : pair.error(stream);
        if (!added) {
            // Telling the client may wait for it, and this is the thread that reads what it sends.
            Thread.ofVirtual()
                    .start(() -> pair.fail("error processing stream for request " + request + ": its " + type
                            + " stream is there already"));
            pairs.remove(request, pair);
        }
        return added;
    }

    /** Compat: a client that names no request opens the error stream right before the data stream. */
    private static String requestId(SpdyStream stream, String type) {
        return Integer.toString(type.equals(DATA) ? stream.id() - 2 : stream.id());
    }

    private static OptionalInt port(String text) {
        boolean number = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(text) : 0;
        return port >= 1 && port <= LARGEST_PORT ? OptionalInt.of(port) : OptionalInt.empty();
    }

    /** Null where there is no memory for another one. */
    private @Nullable StreamPair begin(String request) {
        if (!memory.take(COST)) {
            return null;
        }
        var pair = new StreamPair();
        Thread.ofVirtual().name("forward-" + request).start(() -> {
            try {
                serve(request, pair);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                pairs.remove(request, pair);
                pair.release();
                memory.giveBack(COST);
            }
        });
        return pair;
    }

    private void serve(String request, StreamPair pair) throws InterruptedException {
        Optional<StreamPair.Streams> complete = pair.await(Served.STREAMS);
        if (complete.isEmpty()) {
            pair.fail("error processing stream for request " + request + ": it is not complete within "
                    + Served.STREAMS.toSeconds() + " s");
            return;
        }
        StreamPair.Streams streams = complete.get();
        try (SocketChannel target = task.target().connect(streams.port())) {
            new Relay(streams.data().input(), streams.data().output(), target, Relay.Halves.SEPARATE, memory).run();
            Optional<String> why = streams.data().whyGivenUp();
            if (why.isPresent()) {
                throw new IOException(why.get());
            }
            streams.error().output().close();
        } catch (StreamResetException e) {
            streams.data().whyGivenUp().ifPresent(why -> say(streams, e));
            LOG.log(Level.DEBUG, () -> "forward to port " + streams.port() + ": " + e.getMessage());
        } catch (IOException e) {
            say(streams, e);
        }
    }

    private void say(StreamPair.Streams streams, IOException failure) {
        String text = failureText(task, streams.port(), failure);
        try (OutputStream error = streams.error().output()) {
            error.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a client was not told: " + text);
        }
    }

    /** Compat: the words that people know from their terminals. */
    static String failureText(ForwardTask task, int port, IOException failure) {
        return "error forwarding port " + port + " to pod " + task.target().pod() + ", uid : " + failure.getMessage();
    }
}
