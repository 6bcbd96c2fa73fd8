package io.crius.server.state;

import io.crius.model.ContainerId;
import io.crius.server.job.SerialExecutor;
import io.crius.server.journal.Journal;
import io.crius.server.journal.Journal.Durability;
import java.util.concurrent.CompletableFuture;

/**
 * One container: its definition, its newest state, and the executor that alone changes it.
 *
 * <p>{@link #state} may be read by any thread and never waits. {@link #become} is called only by tasks of
 * {@link #executor} or by the thread that creates or restores the container.
 */
public final class Container {
    private final ContainerDefinition definition;
    private final Journal journal;
    private final SerialExecutor executor;
    private final CompletableFuture<ContainerState.Exited> ended = new CompletableFuture<>();
    private volatile ContainerState state;

    Container(ContainerDefinition definition, ContainerState state, Journal journal) {
        this.definition = definition;
        this.state = state;
        this.journal = journal;
        this.executor = new SerialExecutor("container " + definition.id().abbreviated());
        announceEnd(state);
    }

    public ContainerDefinition definition() {
        return definition;
    }

    public ContainerId id() {
        return definition.id();
    }

    public ContainerState state() {
        return state;
    }

    public SerialExecutor executor() {
        return executor;
    }

    /** Completes when the container is seen to have ended; at once where it has. Never completed by waiting callers. */
    public CompletableFuture<ContainerState.Exited> ended() {
        return ended.copy();
    }

    /**
     * Writes the next state to the journal, then publishes it.
     *
     * @throws IllegalStateException where the drawing in {@link ContainerState} has no such arrow
     */
    public void become(ContainerState next, Durability durability) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("container " + id() + " cannot go from " + state + " to " + next);
        }
        journal.append(ContainerCodec.state(next), durability);
        state = next;
        announceEnd(next);
    }

    /** Forgets the container on disk; the last step of its life. Idempotent. */
    void erase() {
        journal.delete();
    }

    private void announceEnd(ContainerState reached) {
        if (reached instanceof ContainerState.Exited exited) {
            ended.complete(exited);
        }
    }
}
