package io.crius.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.image.fixture.TestImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class BufferRingTest {
    private static final byte[] CONTENT = TestImage.noise(1, 3_000_001);

    private final BufferRing ring = new BufferRing(PullLimits.Ring.LARGEST);

    private FutureTask<Boolean> write(byte[] content, Runnable end) {
        var task = new FutureTask<>(() -> {
            try (LayerDecoder decoder = LayerDecoder.of(new ByteArrayInputStream(content))) {
                for (BufferRing.Buffer buffer = ring.take(); buffer != null; buffer = ring.take()) {
                    if (!buffer.fill(decoder)) {
                        end.run();
                        return true;
                    }
                    ring.put(buffer);
                }
                return false;
            }
        });
        Thread.ofPlatform().start(task);
        return task;
    }

    @Test
    void theReaderGetsAllInOrder() throws IOException {
        var _ = write(CONTENT, ring::end);
        assertThat(ring.input().readAllBytes()).isEqualTo(CONTENT);
        assertThat(ring.input().read()).isEqualTo(-1);
    }

    @Test
    void aFailureComesInsteadOfTheEnd() {
        var failure = new IllegalStateException("broken");
        var _ = write(CONTENT, () -> ring.fail(failure));
        assertThatThrownBy(() -> ring.input().readAllBytes())
                .isInstanceOf(BufferRing.SourceFailedException.class)
                .hasCause(failure);
    }

    @Test
    void theWriterNoticesThatNobodyReads() throws Exception {
        FutureTask<Boolean> written = write(CONTENT, ring::end);
        assertThat(ring.input().read()).isNotNegative();
        ring.abandon();
        assertThat(written.get()).isFalse();
    }

    @Test
    void anInterruptEndsTheWaitForData() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ring.input().read()).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
