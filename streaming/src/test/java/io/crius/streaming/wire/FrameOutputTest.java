package io.crius.streaming.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FrameOutputTest {
    @Test
    void answersThatNobodyReadsAreNotKeptForEver() throws Exception {
        var writing = new CountDownLatch(1);
        var reads = new CountDownLatch(1);
        var sent = new ByteArrayOutputStream();
        var out = new FrameOutput(new OutputStream() {
            @Override
            public void write(int value) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                writing.countDown();
                try {
                    reads.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                sent.write(bytes, offset, length);
            }
        });
        var failure = new CompletableFuture<IOException>();
        Thread.ofVirtual().start(() -> {
            try {
                out.payload(new byte[1], new byte[10], 0, 10);
            } catch (IOException e) {
                failure.complete(e);
            }
        });
        writing.await();
        byte[] answer = new byte[1024];
        for (int i = 0; i < FrameOutput.MOST_QUEUED / answer.length; i++) {
            out.control(answer);
        }
        assertThatThrownBy(() -> out.control(answer))
                .isInstanceOf(IOException.class)
                .hasMessage("the client reads no answers: 65536 bytes of them wait");
        reads.countDown();
        assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("the connection is broken");
        assertThat(sent.size()).isEqualTo(11);
    }
}
