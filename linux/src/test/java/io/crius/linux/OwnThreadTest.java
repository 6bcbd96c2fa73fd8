package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class OwnThreadTest {
    @Test
    void theWorkHasAThreadOfItsOwnThatIsGoneAfterwards() throws Exception {
        Thread worker = OwnThread.call("crius-test", Thread::currentThread);

        assertThat(worker).isNotSameAs(Thread.currentThread());
        assertThat(worker.isVirtual()).isFalse();
        assertThat(worker.isAlive()).isFalse();
        assertThat(worker.getName()).isEqualTo("crius-test");
    }

    @Test
    void whatTheWorkThrowsIsTheCallers() {
        assertThatThrownBy(() -> OwnThread.call("crius-test", () -> {
                    throw new ErrnoException("unshare", Errno.EPERM);
                }))
                .isInstanceOf(ErrnoException.class);
        assertThatThrownBy(() -> OwnThread.call("crius-test", () -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
    }

    /** What the work makes would belong to nobody if the caller went away before its end. */
    @Test
    void anInterruptedCallerStaysToTheEnd() throws Exception {
        var begun = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Boolean>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                OwnThread.call("crius-test", () -> {
                    begun.countDown();
                    return awaitQuietly(finish);
                });
                interrupted.complete(Thread.currentThread().isInterrupted());
            } catch (IOException e) {
                interrupted.completeExceptionally(e);
            }
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        assertThat(interrupted.isDone()).isFalse();
        finish.countDown();
        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aProcessThatCannotGoOnSaysWhy() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Halting.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(70);
        assertThat(output).isEqualTo("crius: setns back: errno 1; a thread must not stay there, so the process ends\n");
    }

    /** The program of the test above. */
    static final class Halting {
        private Halting() {}

        public static void main(String[] arguments) {
            OwnThread.halt("setns back: errno 1");
        }
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError("the work itself is not interrupted", e);
        }
    }
}
