package io.crius.runtime.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Kind;
import io.crius.streaming.session.StreamRequest.Standard;
import io.crius.streaming.session.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BacklogTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final byte[] PIECE = new byte[8 << 10];

    /** A person who needs so long for each piece. */
    private record Slow(Duration each) implements ProcessStreams {
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
            return new OutputStream() {
                @Override
                public void write(int value) throws IOException {
                    write(new byte[] {(byte) value}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    try {
                        Thread.sleep(each);
                    } catch (InterruptedException e) {
                        var closed = new InterruptedIOException("closed");
                        closed.initCause(e);
                        throw closed;
                    }
                }
            };
        }

        @Override
        public OutputStream stderr() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void onResize(Consumer<TerminalSize> listener) {}
    }

    private static boolean add(Backlog backlog, Patience patience) throws IOException, InterruptedException {
        return backlog.add(Backlog.Stream.STDOUT, PIECE, 0, PIECE.length, patience);
    }

    private static Duration untilRefused(Duration each, Patience patience) throws IOException, InterruptedException {
        try (Backlog backlog = Backlog.start(new Slow(each))) {
            long start = System.nanoTime();
            while (add(backlog, patience)) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
            }
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    @Test
    void whoReadsSlowlyIsNotWaitedForLongInAll() throws Exception {
        var patience = new Patience(LONG, SHORT, System::nanoTime);

        Duration held = untilRefused(Duration.ofMillis(5), patience);

        assertThat(held).isBetween(SHORT, Duration.ofSeconds(5));
        assertThat(patience.verdict()).startsWith("read so slowly that it has waited ");
    }

    @Test
    void whoReadsNothingIsNotWaitedForLong() throws Exception {
        var patience = new Patience(SHORT, LONG, System::nanoTime);

        Duration held = untilRefused(LONG, patience);

        assertThat(held).isBetween(SHORT, Duration.ofSeconds(5));
        assertThat(patience.verdict()).isEqualTo("read nothing for 300 ms");
    }

    @Test
    void whoKeepsUpIsNeverWaitedForTooLong() throws Exception {
        var patience = new Patience(LONG, LONG, System::nanoTime);
        try (Backlog backlog = Backlog.start(new Slow(Duration.ZERO))) {
            for (int i = 0; i < 2000; i++) {
                assertThat(add(backlog, patience)).isTrue();
            }
            backlog.end();
        }
    }
}
