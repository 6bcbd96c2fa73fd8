package io.crius.runtime.exec;

import io.crius.cgroup.CgroupTree;
import io.crius.linux.Linux;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.SessionExec;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.process.NodeProcesses;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A command whose runtime is started while its person is on the way (docs/decisions/0136), and given up when nobody has come in
 * time: whoever comes later has it started then. Thread-safe; a virtual thread as long as the runtime waits.
 */
final class AwaitedCommand implements SessionExec {
    /** How long a runtime waits. Whoever asked for a URL comes at once. */
    static final Duration WAITING = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(AwaitedCommand.class.getName());

    private enum State {
        NEW,
        MAKING_READY,
        /** By the person, who has come. */
        TAKEN,
        GIVEN_UP
    }

    private final Linux linux;
    private final RuntimeCommands runtimes;
    private final CgroupTree cgroups;
    private final Semaphore places;
    private final RuntimeContainer container;
    private final List<String> command;
    private final StreamRequest request;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final CompletableFuture<SessionCommand> ready = new CompletableFuture<>();
    private final CountDownLatch come = new CountDownLatch(1);

    /** With places for runtimes that wait at one time. */
    AwaitedCommand(
            Linux linux,
            RuntimeCommands runtimes,
            CgroupTree cgroups,
            Semaphore places,
            RuntimeContainer container,
            List<String> command,
            StreamRequest request) {
        this.linux = linux;
        this.runtimes = runtimes;
        this.cgroups = cgroups;
        this.places = places;
        this.container = container;
        this.command = command;
        this.request = request;
    }

    @Override
    public void makeReady() {
        if (!places.tryAcquire()) {
            return;
        }
        if (!state.compareAndSet(State.NEW, State.MAKING_READY)) {
            places.release();
            return;
        }
        boolean begun = false;
        try {
            Thread.ofVirtual().name("exec-awaited").start(this::await);
            begun = true;
        } finally {
            if (!begun) {
                makingEnds();
            }
        }
    }

    /** Whether it succeeded or not, or for a defect: nobody is to wait for what does not come. */
    private void makingEnds() {
        ready.completeExceptionally(new IllegalStateException("not made ready"));
        places.release();
    }

    private void await() {
        try {
            SessionCommand made = open();
            try {
                made.startRuntime();
            } catch (IOException | RuntimeException e) {
                made.close();
                throw e;
            }
            ready.complete(made);
            boolean _ = come.await(WAITING.toNanos(), TimeUnit.NANOSECONDS);
            if (state.compareAndSet(State.MAKING_READY, State.GIVEN_UP)) {
                made.close();
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            // Whoever comes has it tried again, and is told.
            LOG.log(Level.DEBUG, () -> "not made ready: exec in container " + container.id() + ": " + e.getMessage());
        } finally {
            makingEnds();
        }
    }

    @Override
    public Ending run(ProcessStreams streams) throws IOException, InterruptedException {
        cgroups.expectMoves();
        State before = state.getAndSet(State.TAKEN);
        come.countDown();
        Optional<SessionCommand> made = before == State.MAKING_READY ? made() : Optional.empty();
        try (SessionCommand one = made.isPresent() ? made.get() : open()) {
            return one.run(streams);
        }
    }

    /**
     * What was made ready; empty where that failed, and where the container's first process is gone: the runtime has looked for it
     * before it waited, and would go into the namespaces of whoever has its number now.
     */
    private Optional<SessionCommand> made() throws InterruptedException {
        try {
            SessionCommand made = ready.get();
            boolean alive = false;
            try {
                alive = new NodeProcesses(linux.processes()).isAlive(container.init());
            } finally {
                if (!alive) {
                    made.close();
                }
            }
            return alive ? Optional.of(made) : Optional.empty();
        } catch (ExecutionException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            CompletableFuture<Void> _ = ready.thenAccept(SessionCommand::close);
            throw e;
        }
    }

    private SessionCommand open() throws IOException {
        return SessionCommand.open(linux, runtimes, container, command, request);
    }
}
