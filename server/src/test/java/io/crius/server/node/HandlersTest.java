package io.crius.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.CriusConfig;
import io.crius.config.HandlerTable;
import io.crius.model.CriusException;
import io.crius.runtime.probe.Finding;
import io.crius.runtime.probe.NodeRuntimes;
import io.crius.runtime.probe.RuntimeFeatures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HandlersTest {
    private static final RuntimeFeatures ABLE = new RuntimeFeatures(true, true, true);

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

    /** kubelet refuses pods of a handler that Status does not list, so no pod can be what makes it known. */
    @Test
    void everyConfiguredHandlerIsListedAndProbedWithoutAPodThatUsesIt() throws InterruptedException {
        var goOn = new CountDownLatch(1);
        var handlers = handlers(name -> {
            await(goOn);
            return name.equals("broken")
                    ? new Finding.Unusable(name, "it is not installed")
                    : new Finding.Working(FakeHandler.named(name), name + " 1", ABLE);
        });
        assertThat(handlers.all())
                .containsExactly(
                        new Handlers.Known("broken", RuntimeFeatures.UNTOLD),
                        new Handlers.Known("other", RuntimeFeatures.UNTOLD),
                        new Handlers.Known("usual", RuntimeFeatures.UNTOLD));
        handlers.probe();
        var _ = handlers.named("");
        assertThat(handlers.all()).contains(new Handlers.Known("usual", ABLE));
        assertThat(handlers.defaultHandler()).contains(new Handlers.Known("usual", ABLE));

        goOn.countDown();
        while (!handlers.all().contains(new Handlers.Known("other", ABLE))) {
            Thread.onSpinWait();
        }
        assertThat(handlers.all()).contains(new Handlers.Known("broken", RuntimeFeatures.UNTOLD));
        assertThatThrownBy(() -> handlers.named("broken"))
                .hasMessage("runtime handler broken cannot be used: it is not installed");
        handlers.close();
    }

    @Test
    void aDaemonThatClosesProbesNoFurtherHandler() throws InterruptedException {
        List<String> probed = new CopyOnWriteArrayList<>();
        var first = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var handlers = handlers(name -> {
            probed.add(name);
            first.countDown();
            await(goOn);
            return new Finding.Working(FakeHandler.named(name), name + " 1", ABLE);
        });
        handlers.probe();
        await(first);
        Thread closing = Thread.ofPlatform().start(handlers::close);
        while (closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        closing.join();
        assertThat(probed).containsExactly("broken");
    }

    /** Three handlers, of which {@code usual} is the default one and known at once. */
    private static Handlers handlers(Function<String, Finding> probe) {
        var usual = new Finding.Working(FakeHandler.named("usual"), "usual 1", ABLE);
        var tables = new HashMap<String, HandlerTable>();
        for (String name : List.of("usual", "other", "broken")) {
            tables.put(
                    name, CriusConfig.defaults().runtimes().values().iterator().next());
        }
        return new Handlers(tables, () -> new NodeRuntimes(probe, usual, List.of()));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
