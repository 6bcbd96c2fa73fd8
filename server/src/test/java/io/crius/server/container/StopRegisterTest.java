package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopRegisterTest {
    @Test
    void aShorterSecondStopWins() throws Exception {
        var register = new StopRegister(Duration.ofHours(1), Ticker.system());
        CompletableFuture<Boolean> waiter = waitFor(register);
        register.noLaterThan(Duration.ofHours(2));
        register.noLaterThan(Duration.ofMillis(10));

        assertThat(waiter.get(10, TimeUnit.SECONDS)).as("ended by itself").isFalse();
    }

    @Test
    void theEndWakesTheLoopAtOnce() throws Exception {
        var register = new StopRegister(Duration.ofHours(1), Ticker.system());
        CompletableFuture<Boolean> waiter = waitFor(register);
        register.end();

        assertThat(waiter.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(register.awaitEnd(Duration.ofHours(1))).isTrue();
    }

    private static CompletableFuture<Boolean> waitFor(StopRegister register) {
        var result = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(register.awaitEndOrDeadline());
            } catch (InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
