package io.crius.server.recovery;

import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.PortMapping;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.runtime.exit.ExitNews;
import io.crius.server.events.EventFeed;
import io.crius.server.events.EventSubscription;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A node whose time is simulated, and the daemon that runs on it now; when that dies its threads are never heard of again. For the
 * thread that made it.
 */
final class SimulatedNode implements Steps.World {
    /** An hour of a daemon that only waits has fewer. */
    private static final int MOST_ALARMS = 20_000;

    final History history;
    final SimulatedTime time = new SimulatedTime();
    final TestNode node;
    final Witness witness;
    private final Random random;
    private Turns turns;
    private TestDaemon daemon;
    private Consumer<String> exitFiles = _ -> {};

    /** Threads that are in a call to the world which takes its time. */
    private int within;

    SimulatedNode(Path folder, Random random, History history) throws IOException {
        this.random = random;
        this.history = history;
        this.witness = new Witness(history);
        this.turns = new Turns(random);
        this.node = new TestNode(folder, this);
        node.runtime.onExitFile(id -> exitFiles.accept(id.value()));
        node.pid = random.nextInt(3) == 0 ? NamespaceMode.POD : NamespaceMode.CONTAINER;
        node.ports = random.nextInt(3) == 0
                ? List.of(PortMapping.newBuilder()
                        .setHostPort(8080)
                        .setContainerPort(80)
                        .build())
                : List.of();
        this.daemon = start();
    }

    TestDaemon daemon() {
        return daemon;
    }

    Turns turns() {
        return turns;
    }

    boolean isDead() {
        return turns.isOver();
    }

    private TestDaemon.Machine machine() {
        ExitNews news = (_, appeared, _) -> {
            exitFiles = appeared;
            return () -> exitFiles = _ -> {};
        };
        return new TestDaemon.Machine(
                time,
                task -> Thread.ofVirtual().unstarted(task),
                () -> new PodId(id()),
                () -> new ContainerId(id()),
                Optional.of(news),
                TestDaemon.NO_CGROUPS);
    }

    private String id() {
        var id = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            id.append(HexFormat.of().toHexDigits(random.nextLong()));
        }
        // Not all decimal.
        id.setCharAt(0, 'a');
        return id.toString();
    }

    /** The machine restarts under a dead daemon. */
    void reboot() throws IOException {
        history.add("reboot");
        node.fakeLinux.processes().forgetDescriptors();
        node.reboot();
    }

    /** A daemon that looks at what there is; it may die while it does. */
    TestDaemon start() {
        turns.die();
        history.add("daemon starts");
        node.fakeLinux.processes().forgetDescriptors();
        time.forgetAlarms();
        exitFiles = _ -> {};
        within = 0;
        witness.daemonStarts();
        turns = new Turns(random);
        runNow("the daemon starts", this::live);
        return daemon;
    }

    private void live() {
        daemon = new TestDaemon(node, machine());
        daemon.registry.listen(witness);
        var feed = new EventFeed(daemon.registry, time);
        daemon.registry.listen(feed);
        EventSubscription subscription = feed.subscribe();
        Thread.ofVirtual().name("subscriber").start(() -> hear(subscription));
        try {
            TestDaemon _ = daemon.recover();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts it", e);
        }
        daemon.startRounds();
    }

    private void hear(EventSubscription subscription) {
        try {
            while (true) {
                witness.heard(subscription.next(() -> true).orElseThrow());
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts it", e);
        }
    }

    /** Lets threads have their turns, and time go by, until this holds or the daemon is dead. */
    void runUntil(BooleanSupplier reached) {
        int alarms = 0;
        while (!turns.isOver() && !reached.getAsBoolean()) {
            if (!turns.runOne()) {
                alarms++;
                if (alarms > MOST_ALARMS || !time.ringNext()) {
                    throw new AssertionError("it never comes to that: " + within + " calls to the world, "
                            + daemon.podCreations.all() + ", " + daemon.containerCreations.all());
                }
            }
        }
    }

    /** Lets threads have so many turns. */
    void run(int count) {
        for (int i = 0; i < count && !turns.isOver(); i++) {
            if (!turns.runOne() && !time.ringNext()) {
                return;
            }
        }
    }

    /** Does something in the time of the node, beside whatever else is done. */
    void runNow(String what, Runnable work) {
        var done = new CompletableFuture<Void>();
        turns.start(what, () -> {
            try {
                work.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        runUntil(done::isDone);
        if (done.isCompletedExceptionally()) {
            throw new AssertionError(what, done.exceptionNow());
        }
    }

    /** Whether nothing is done but waiting for the next round. */
    boolean isQuiet() {
        return turns.isIdle()
                && within == 0
                && daemon.podCreations.size() == 0
                && daemon.containerCreations.size() == 0;
    }

    /** Most calls take no time, some some, a few hang for long; meanwhile others go on. */
    @Override
    public void called(String call) {
        history.add("  " + call);
        int drawn = random.nextInt(600);
        if (drawn == 0) {
            pause(call, Duration.ofSeconds(random.nextInt(300)));
        } else if (drawn < 30) {
            pause(call, Duration.ofMillis(random.nextInt(3_000)));
        } else if (drawn < 150) {
            within++;
            letOthersGoFirst();
            within--;
        }
    }

    /** Who is next is drawn. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void letOthersGoFirst() {
        Thread.yield();
    }

    private void pause(String call, Duration time) {
        history.add("  " + call + " takes " + time.toMillis() + " ms");
        within++;
        try {
            this.time.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (call.startsWith("attach") || call.startsWith("create container")) {
                throw new CriusException.Cancelled(call + ": interrupted", e);
            }
        } finally {
            within--;
        }
    }

    @Override
    public void dies() {
        history.add("  the daemon dies");
    }

    @Override
    public void died() {
        turns.die();
    }
}
