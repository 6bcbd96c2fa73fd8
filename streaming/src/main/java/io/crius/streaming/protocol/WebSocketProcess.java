package io.crius.streaming.protocol;

import io.crius.streaming.protocol.StreamTask.ProcessTask;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Standard;
import io.crius.streaming.websocket.ChannelProtocol;
import io.crius.streaming.websocket.ChannelProtocol.Status;
import io.crius.streaming.websocket.Channels;
import io.crius.streaming.websocket.WebSocketConnection;
import io.crius.streaming.wire.ByteQueue;
import io.crius.streaming.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;

/** Exec and attach over a WebSocket. */
final class WebSocketProcess {
    private static final System.Logger LOG = System.getLogger(WebSocketProcess.class.getName());
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;

    private final Wire wire;
    private final ProcessTask task;
    private final Channels channels;
    private final ByteQueue stdin;
    private final Resizes resizes = new Resizes();

    WebSocketProcess(Wire wire, ProcessTask task, ChannelProtocol protocol) {
        this.wire = wire;
        this.task = task;
        this.channels = new Channels(new WebSocketConnection(wire.input(), wire.output()), protocol);
        this.stdin = new ByteQueue(wire.memory(), channels::ask);
    }

    /** Serves the connection to its end. */
    void serve() {
        var run = new SessionRun();
        Thread reader = Served.read(wire, () -> channels.read(new Incoming()), () -> {
            stdin.end();
            run.clientGone();
        });
        run.run(task, streams()).ifPresent(this::tell);
        stdin.close();
        channels.close();
        Served.finish(wire, reader);
    }

    private ClientStreams streams() {
        StreamRequest request = task.request();
        announce(request);
        return new ClientStreams(
                request,
                request.wants(Standard.STDIN) ? stdin : InputStream.nullInputStream(),
                request.wants(Standard.STDOUT) ? channels.output(STDOUT) : OutputStream.nullOutputStream(),
                request.wants(Standard.STDERR) ? channels.output(STDERR) : OutputStream.nullOutputStream(),
                resizes);
    }

    /** Compat: an empty message says that the streams are there. A client that is gone is seen by the reader. */
    private void announce(StreamRequest request) {
        int channel = request.wants(Standard.STDOUT) ? STDOUT : request.wants(Standard.STDERR) ? STDERR : ERROR;
        try {
            channels.announce(channel);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> wire + ": " + e.getMessage());
        }
    }

    private void tell(Ending ending) {
        byte[] text = channels.protocol().status() == Status.JSON ? StatusText.json(ending) : StatusText.plain(ending);
        try {
            // Compat: not closed alone, for clients of v5 know no close signal from the server; the end of the
            // connection is its end.
            channels.output(ERROR).write(text);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> wire + " was not told " + ending + ": " + e.getMessage());
        }
    }

    /** Channels that were not asked for are passed over. */
    private final class Incoming implements Channels.Listener {
        @Override
        public void bytes(int channel, byte[] buffer, int offset, int length) throws IOException {
            if (channel == STDIN && task.request().wants(Standard.STDIN)) {
                stdin.put(buffer, offset, length);
            } else if (channel == RESIZE && task.request().isTerminal()) {
                resizes.accept(buffer, offset, length);
            }
        }

        @Override
        public void ended(int channel) {
            if (channel == STDIN) {
                stdin.end();
            }
        }
    }
}
