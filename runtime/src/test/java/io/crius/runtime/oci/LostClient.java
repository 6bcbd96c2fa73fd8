package io.crius.runtime.oci;

import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Kind;
import io.crius.streaming.session.StreamRequest.Standard;
import io.crius.streaming.session.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.function.Consumer;

/** A person's end that is gone: the first output cannot be written. */
final class LostClient implements ProcessStreams {
    private static final OutputStream BROKEN = new OutputStream() {
        @Override
        public void write(int value) throws IOException {
            throw new IOException("the client is gone");
        }
    };

    @Override
    public StreamRequest request() {
        return new StreamRequest(Set.of(Standard.STDOUT), Kind.PIPES);
    }

    @Override
    public InputStream stdin() {
        return InputStream.nullInputStream();
    }

    @Override
    public OutputStream stdout() {
        return BROKEN;
    }

    @Override
    public OutputStream stderr() {
        return BROKEN;
    }

    @Override
    public void onResize(Consumer<TerminalSize> listener) {}
}
