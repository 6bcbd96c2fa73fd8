package io.crius.streaming.protocol;

import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.TerminalSize;
import io.crius.streaming.wire.StreamResetException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** The streams of one client. */
record ClientStreams(
        StreamRequest request, InputStream stdin, OutputStream stdout, OutputStream stderr, Resizes resizes)
        implements ProcessStreams {
    @Override
    public void onResize(Consumer<TerminalSize> listener) {
        resizes.listen(listener);
    }

    /** For a process, input that the client gave up has ended like any other. */
    static InputStream endingAtReset(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                try {
                    return super.read();
                } catch (StreamResetException _) {
                    return -1;
                }
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try {
                    return super.read(buffer, offset, length);
                } catch (StreamResetException _) {
                    return -1;
                }
            }
        };
    }
}
