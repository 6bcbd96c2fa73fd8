package io.crius.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HandlersTest {
    @Test
    void closingWaitsForTheTrialWhichTakesBackWhatItMade() throws InterruptedException {
        var goOn = new CountDownLatch(1);
        var handlers = new Handlers(Map.of(), () -> {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new CriusException.Failed("no runtime works");
        });
        handlers.probe();
        Thread closing = Thread.ofPlatform().start(handlers::close);
        while (closing.getState() != Thread.State.TIMED_WAITING && closing.isAlive()) {
            Thread.onSpinWait();
        }
        assertThat(closing.isAlive()).isTrue();

        goOn.countDown();
        closing.join();

        assertThatThrownBy(() -> handlers.named("")).hasMessage("no runtime works");
    }
}
