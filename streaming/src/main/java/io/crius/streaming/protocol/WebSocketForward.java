package io.crius.streaming.protocol;

import io.crius.streaming.protocol.StreamTask.ForwardTask;
import io.crius.streaming.websocket.ChannelProtocol;
import io.crius.streaming.websocket.Channels;
import io.crius.streaming.websocket.WebSocketConnection;
import io.crius.streaming.wire.ByteQueue;
import io.crius.streaming.wire.StreamResetException;
import io.crius.streaming.wire.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Port-forward over a WebSocket: one connection for each port of the request, with a channel for its data and one for errors. It
 * ends when all of them have.
 */
final class WebSocketForward {
    private static final System.Logger LOG = System.getLogger(WebSocketForward.class.getName());

    private final Wire wire;
    private final ForwardTask task;
    private final Channels channels;
    private final List<ByteQueue> inputs = new ArrayList<>();

    WebSocketForward(Wire wire, ForwardTask task, ChannelProtocol protocol) {
        this.wire = wire;
        this.task = task;
        this.channels = new Channels(new WebSocketConnection(wire.input(), wire.output()), protocol);
        task.ports().forEach(_ -> inputs.add(new ByteQueue(wire.memory(), channels::ask)));
    }

    /** Serves the connection to its end. */
    void serve() {
        Thread reader = Served.read(
                wire,
                () -> channels.read(new Incoming()),
                () -> inputs.forEach(input -> input.reset("the client closed the connection")));
        var forwards = new ArrayList<Thread>();
        for (int i = 0; i < task.ports().size(); i++) {
            int index = i;
            forwards.add(Thread.ofVirtual().name("forward-" + i).start(() -> forward(index)));
        }
        try {
            for (Thread forward : forwards) {
                forward.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channels.close();
        Served.finish(wire, reader);
    }

    private void forward(int index) {
        int port = task.ports().get(index);
        OutputStream data = channels.output(2 * index);
        OutputStream errors = channels.output(2 * index + 1);
        try {
            announce(port, data);
            announce(port, errors);
            connect(port, inputs.get(index), data);
            errors.close();
        } catch (StreamResetException e) {
            LOG.log(Level.DEBUG, () -> wire + ": port " + port + ": " + e.getMessage());
        } catch (IOException e) {
            say(errors, SpdyForward.failureText(task, port, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            inputs.get(index).close();
        }
    }

    private void connect(int port, ByteQueue input, OutputStream data) throws IOException, InterruptedException {
        try (SocketChannel target = task.target().connect(port)) {
            boolean signals = channels.protocol().closing() == ChannelProtocol.Closing.SIGNALLED;
            new Relay(input, data, target, signals ? Relay.Halves.SEPARATE : Relay.Halves.TOGETHER, wire.memory())
                    .run();
        }
    }

    /** Spec: little-endian. */
    private static void announce(int port, OutputStream channel) throws IOException {
        channel.write(new byte[] {(byte) port, (byte) (port >>> 8)});
    }

    private void say(OutputStream errors, String text) {
        try (errors) {
            errors.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> wire + " was not told: " + text);
        }
    }

    private final class Incoming implements Channels.Listener {
        @Override
        public void bytes(int channel, byte[] buffer, int offset, int length) throws IOException {
            if (isData(channel)) {
                inputs.get(channel / 2).put(buffer, offset, length);
            }
        }

        @Override
        public void ended(int channel) {
            if (isData(channel)) {
                inputs.get(channel / 2).end();
            }
        }

        private boolean isData(int channel) {
            return channel >= 0 && channel % 2 == 0 && channel / 2 < inputs.size();
        }
    }
}
