package io.crius.streaming;

import io.crius.model.ByteBudget;
import io.crius.streaming.http.Answer;
import io.crius.streaming.http.BadRequestException;
import io.crius.streaming.http.RequestHead;
import io.crius.streaming.protocol.Protocols;
import io.crius.streaming.protocol.StreamTask;
import io.crius.streaming.tls.TlsSockets;
import io.crius.streaming.wire.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/** One client, from its first byte to its last. {@link #serve} runs once; {@link #close} ends it, from any thread. */
final class Connection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    /** What a client has for its handshake and its whole request. */
    private static final Duration REQUEST = Duration.ofSeconds(15);

    /**
     * Seconds of silence before a client is asked whether it is there, seconds between two questions, and how many: one that has
     * vanished without a word is gone after half a minute. The kernel's own would be two hours.
     */
    private static final int ASKED_AFTER = 15;

    private static final int ASKED_EVERY = 5;
    private static final int MOST_ASKED = 3;

    private final Socket client;
    private final Optional<TlsSockets> tls;
    private final Tokens tokens;
    private final Duration idle;
    private final ByteBudget memory;

    Connection(Socket client, Optional<TlsSockets> tls, Tokens tokens, Duration idle, ByteBudget memory) {
        this.client = client;
        this.tls = tls;
        this.tokens = tokens;
        this.idle = idle;
        this.memory = memory;
    }

    void serve() {
        try (client) {
            client.setTcpNoDelay(true);
            keepAlive(client);
            Thread limit = Thread.ofVirtual().name("stream-request").start(this::endLateRequest);
            try (Wire wire = wire()) {
                serve(wire, limit);
            } finally {
                limit.interrupt();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "streaming client " + client + ": " + e);
        }
    }

    private static void keepAlive(Socket client) throws IOException {
        client.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, ASKED_AFTER);
        client.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, ASKED_EVERY);
        client.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, MOST_ASKED);
        client.setKeepAlive(true);
    }

    private Wire wire() throws IOException {
        Socket secured = tls.isPresent() ? tls.get().secure(client) : client;
        return new Wire(secured, client, memory);
    }

    /** Whoever sends byte by byte would hold a place for long. */
    private void endLateRequest() {
        try {
            Thread.sleep(REQUEST);
            LOG.log(Level.DEBUG, () -> "streaming client " + client + ": no request within " + REQUEST);
            close();
        } catch (InterruptedException _) {
            // the request is there, or the client is gone
        }
    }

    private void serve(Wire wire, Thread limit) throws IOException {
        RequestHead head;
        try {
            head = RequestHead.read(wire.input());
        } catch (BadRequestException e) {
            wire.output().write(Answer.of(400, String.valueOf(e.getMessage())).bytes());
            wire.endOutput();
            return;
        }
        serve(wire, head, limit);
    }

    private void serve(Wire wire, RequestHead head, Thread limit) throws IOException {
        Optional<StreamTask> task = task(head);
        if (task.isEmpty()) {
            wire.output().write(Answer.notFound().bytes());
            wire.endOutput();
            return;
        }
        limit.interrupt();
        Thread watch = Thread.ofVirtual().name("stream-idle").start(() -> watch(wire));
        try {
            Protocols.serve(wire, head, task.get());
        } finally {
            watch.interrupt();
        }
    }

    private Optional<StreamTask> task(RequestHead head) {
        String[] parts = head.path().split("/");
        return parts.length == 3 && parts[0].isEmpty() ? tokens.redeem(parts[1], parts[2]) : Optional.empty();
    }

    private void watch(Wire wire) {
        try {
            Duration left = idle;
            while (left.isPositive()) {
                Thread.sleep(left);
                left = idle.minus(wire.idle());
            }
            LOG.log(Level.INFO, () -> wire + ": nothing went either way for " + idle + "; the session is ended");
            wire.close();
        } catch (InterruptedException _) {
            // the session is over
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "streaming client " + client + ": closing: " + e);
        }
    }
}
