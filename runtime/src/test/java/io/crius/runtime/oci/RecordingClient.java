package io.crius.runtime.oci;

import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Kind;
import io.crius.streaming.session.StreamRequest.Standard;
import io.crius.streaming.session.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.Consumer;

/** A person's end that keeps what it gets, and does something at the first byte. */
final class RecordingClient implements ProcessStreams {
    /** What is done at the first byte. */
    interface AtFirst {
        void run() throws IOException;
    }

    private final Kind kind;
    private final AtFirst atFirst;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final OutputStream watched = new OutputStream() {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (stdout.size() == 0) {
                atFirst.run();
            }
            stdout.write(bytes, offset, length);
        }
    };

    RecordingClient(Kind kind, AtFirst atFirst) {
        this.kind = kind;
        this.atFirst = atFirst;
    }

    @Override
    public StreamRequest request() {
        return new StreamRequest(
                kind == Kind.TERMINAL ? Set.of(Standard.STDOUT) : Set.of(Standard.STDOUT, Standard.STDERR), kind);
    }

    @Override
    public InputStream stdin() {
        return InputStream.nullInputStream();
    }

    @Override
    public OutputStream stdout() {
        return watched;
    }

    @Override
    public OutputStream stderr() {
        return stderr;
    }

    @Override
    public void onResize(Consumer<TerminalSize> listener) {}

    String output() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    String errors() {
        return stderr.toString(StandardCharsets.UTF_8);
    }
}
