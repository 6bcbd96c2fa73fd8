package io.crius.streaming.protocol;

import io.crius.streaming.http.Answer;
import io.crius.streaming.http.RequestHead;
import io.crius.streaming.protocol.StreamTask.ForwardTask;
import io.crius.streaming.protocol.StreamTask.ProcessTask;
import io.crius.streaming.spdy.SpdyConnection;
import io.crius.streaming.websocket.ChannelProtocol;
import io.crius.streaming.websocket.Tunnel;
import io.crius.streaming.websocket.WebSocketConnection;
import io.crius.streaming.websocket.WebSocketHandshake;
import io.crius.streaming.wire.Wire;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** Finds out what a client speaks, and serves it. Stateless. */
public final class Protocols {
    private static final System.Logger LOG = System.getLogger(Protocols.class.getName());
    private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";
    private static final List<String> PROCESS = ChannelProtocol.words();
    private static final List<String> FORWARD = forward();

    private Protocols() {}

    /** Newer clients offer the tunnel first; it has what the channels lack: half-close and many connections. */
    private static List<String> forward() {
        var words = new ArrayList<>(ChannelProtocol.words());
        words.add(TUNNEL);
        return List.copyOf(words);
    }

    /** Serves the connection to its end, from the answer to the request on. The caller closes it. */
    public static void serve(Wire wire, RequestHead head, StreamTask task) throws IOException {
        if (WebSocketHandshake.isAskedFor(head)) {
            webSocket(wire, head, task);
        } else {
            spdy(wire, head, task);
        }
    }

    private static void webSocket(Wire wire, RequestHead head, StreamTask task) throws IOException {
        var handshake = WebSocketHandshake.of(head, task instanceof ProcessTask ? PROCESS : FORWARD);
        answer(wire, handshake.answer());
        if (handshake.isRefused()) {
            wire.endOutput();
            return;
        }
        switch (task) {
            case ProcessTask process ->
                new WebSocketProcess(wire, process, ChannelProtocol.of(handshake.protocol())).serve();
            case ForwardTask forward -> {
                if (handshake.protocol().filter(TUNNEL::equals).isPresent()) {
                    tunnel(wire, forward);
                } else {
                    new WebSocketForward(wire, forward, ChannelProtocol.of(handshake.protocol())).serve();
                }
            }
        }
    }

    private static void spdy(Wire wire, RequestHead head, StreamTask task) throws IOException {
        Upgrade upgrade = Upgrade.of(head, task instanceof ProcessTask ? Upgrade.PROCESS : Upgrade.FORWARD);
        answer(wire, upgrade.answer());
        if (upgrade.protocol().isEmpty()) {
            wire.endOutput();
            return;
        }
        switch (task) {
            case ProcessTask process ->
                new SpdyProcess(wire, process, upgrade.protocol().get()).serve();
            case ForwardTask forward ->
                new SpdyConnection(wire.input(), wire.output(), wire.memory())
                        .read(new SpdyForward(forward, wire.memory()));
        }
    }

    private static void tunnel(Wire wire, ForwardTask task) throws IOException {
        var socket = new WebSocketConnection(wire.input(), wire.output());
        var tunnel = new Tunnel(socket, wire.memory());
        Thread reader = Served.read(wire, tunnel::read, () -> {});
        try {
            new SpdyConnection(tunnel.input(), tunnel.output(), wire.memory())
                    .read(new SpdyForward(task, wire.memory()));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> wire + ": tunnel: " + e.getMessage());
        } finally {
            tunnel.close();
            socket.close();
            Served.finish(wire, reader);
        }
    }

    private static void answer(Wire wire, Answer answer) throws IOException {
        wire.output().write(answer.bytes());
    }
}
