package io.crius.streaming.protocol;

import io.crius.streaming.protocol.StreamTask.ProcessTask;
import io.crius.streaming.session.Ending;
import io.crius.streaming.spdy.SpdyConnection;
import io.crius.streaming.spdy.SpdyStream;
import io.crius.streaming.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Exec and attach over SPDY, versions 1 to 4 of the remote command protocol. */
final class SpdyProcess {
    private static final System.Logger LOG = System.getLogger(SpdyProcess.class.getName());
    private static final String V1 = "channel.k8s.io";

    private final Wire wire;
    private final ProcessTask task;
    private final String protocol;
    private final SpdyConnection connection;
    private final ExpectedStreams streams;
    private final Resizes resizes = new Resizes();

    SpdyProcess(Wire wire, ProcessTask task, String protocol) {
        this.wire = wire;
        this.task = task;
        this.protocol = protocol;
        this.connection = new SpdyConnection(wire.input(), wire.output(), wire.memory());
        this.streams = new ExpectedStreams(task.request(), protocol);
    }

    /** Serves the connection to its end. */
    void serve() {
        var run = new SessionRun();
        Thread reader = Served.read(wire, () -> connection.read(streams), run::clientGone);
        try {
            if (streams.await(Served.STREAMS)) {
                run.run(task, begin()).ifPresent(this::tell);
            } else {
                LOG.log(Level.INFO, () -> wire + " opened no stream of the types " + streams.missing());
            }
        } catch (InterruptedException _) {
            LOG.log(Level.DEBUG, () -> wire + " left before its session began");
        }
        connection.goAway();
        Served.finish(wire, reader);
    }

    private ClientStreams begin() {
        if (protocol.equals(V1)) {
            // Compat: version 1 never has an error stream.
            streams.stream(ExpectedStreams.ERROR).ifPresent(SpdyStream::reset);
        }
        streams.stream(ExpectedStreams.RESIZE)
                .ifPresent(stream -> Thread.ofVirtual().name("stream-resize").start(() -> readSizes(stream)));
        return new ClientStreams(
                task.request(),
                streams.stream(ExpectedStreams.STDIN)
                        .map(stream -> ClientStreams.endingAtReset(stream.input()))
                        .orElseGet(InputStream::nullInputStream),
                output(ExpectedStreams.STDOUT),
                output(ExpectedStreams.STDERR),
                resizes);
    }

    private OutputStream output(String type) {
        return streams.stream(type).map(SpdyStream::output).orElseGet(OutputStream::nullOutputStream);
    }

    private void readSizes(SpdyStream stream) {
        byte[] buffer = new byte[256];
        try (InputStream in = stream.input()) {
            int count = in.read(buffer);
            while (count >= 0) {
                resizes.accept(buffer, 0, count);
                count = in.read(buffer);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> wire + ": no more sizes: " + e.getMessage());
        }
    }

    /** The output ends before the status, so that nobody takes a part for the whole. */
    private void tell(Ending ending) {
        try {
            for (String type : new String[] {ExpectedStreams.STDOUT, ExpectedStreams.STDERR}) {
                Optional<SpdyStream> stream = streams.stream(type);
                if (stream.isPresent()) {
                    stream.get().output().close();
                }
            }
            Optional<SpdyStream> error = streams.stream(ExpectedStreams.ERROR);
            if (error.isPresent() && !protocol.equals(V1)) {
                byte[] text = protocol.startsWith("v4.") ? StatusText.json(ending) : StatusText.plain(ending);
                error.get().output().write(text);
                error.get().output().close();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> wire + " was not told " + ending + ": " + e.getMessage());
        }
    }
}
