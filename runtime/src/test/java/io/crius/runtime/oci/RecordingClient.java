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

/** A person's end that keeps what it gets, and does something at a byte. */
final class RecordingClient implements ProcessStreams {
    /** What is done at that byte. */
    interface AtByte {
        void run() throws IOException;
    }

    private final Kind kind;
    private final int byteOfAction;
    private final AtByte atByte;
    private boolean isDone;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final OutputStream watched = new OutputStream() {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!isDone && stdout.size() >= byteOfAction) {
                isDone = true;
                atByte.run();
            }
            stdout.write(bytes, offset, length);
        }
    };

    /** Does something at the first byte. */
    RecordingClient(Kind kind, AtByte atFirst) {
        this(kind, 0, atFirst);
    }

    /** Does something once it has so many bytes and gets more. */
    RecordingClient(Kind kind, int byteOfAction, AtByte atByte) {
        this.kind = kind;
        this.byteOfAction = byteOfAction;
        this.atByte = atByte;
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
