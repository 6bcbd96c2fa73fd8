package io.crius.server.state;

import io.crius.model.ContainerId;
import io.crius.model.Timeline;
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
    private final Transitions transitions;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile ContainerState state;
    private volatile LinuxResources resources;
    private volatile boolean beingKilled;

    Container(ContainerDefinition definition, ContainerState state, LinuxResources resources, Keeping keeping) {
        this.definition = definition;
        this.state = state;
        this.resources = resources;
        this.journal = keeping.journal();
        this.transitions = keeping.transitions();
        this.executor = new SerialExecutor(
                "container " + definition.id().abbreviated(), Timeline.currentOrNew(), keeping.ticker());
        announce(state);
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

    /** The limits in force: those of the request with all changes since. */
    public LinuxResources resources() {
        return resources;
    }

    /**
     * Writes limits that are in force from now on to the journal, then publishes them. Called as {@link #become} is.
     *
     * @throws io.crius.model.CriusException.Failed where the journal cannot be written; what is published stays what it was
     */
    public void limit(LinuxResources next) {
        journal.append(ResourcesCodec.write(next), Durability.POWER_LOSS);
        resources = next;
    }

    public SerialExecutor executor() {
        return executor;
    }

    /**
     * Completes when nobody has to wait for the container's process any longer: it was seen to have ended, or the container is
     * being taken back or was. At once where that is so. Never completed by waiting callers.
     */
    public CompletableFuture<Void> over() {
        return over.copy();
    }

    /**
     * Writes the next state to the journal, then publishes it.
     *
     * @throws IllegalStateException where the drawing in {@link ContainerState} has no such arrow
     * @throws io.crius.model.CriusException.Failed where the journal cannot be written; the state is then what it was
     */
    public void become(ContainerState next, Durability durability) {
        requireArrow(next);
        journal.append(ContainerCodec.state(next), durability);
        publish(next);
    }

    /**
     * Publishes that nobody can tell the container's state. Not journaled: who starts next finds out anew. Called as {@link
     * #become} is, for a container that may live.
     */
    public void becomeUnknown(String why) {
        if (!state.mayLive()) {
            throw new IllegalStateException("container " + id() + " is known to be " + state);
        }
        publish(ContainerState.Unknown.of(state, why));
    }

    /** Whether its changes are written down; where its journal is damaged they are not, and the next start finds out anew. */
    public boolean isJournaled() {
        return !journal.isSetAside();
    }

    /**
     * Publishes the end even where the journal cannot be written, which is thrown afterwards: an end is a fact, and the next
     * start learns it from the monitor's exit file again.
     */
    public void end(ContainerState.Exited exited) {
        requireArrow(exited);
        try {
            journal.append(ContainerCodec.state(exited), Durability.POWER_LOSS);
        } finally {
            publish(exited);
        }
    }

    /** Begins to make what is in the journal survive a power loss, while other work goes on. */
    public Journal.Sync beginSync() {
        return journal.beginSync();
    }

    /**
     * Leaves the container to the reconciler. One that is being created needs no record for that: a creation without an end is
     * doomed at the next start anyway.
     */
    public void doom(String why) {
        var doomed = new ContainerState.Doomed(why);
        if (state instanceof ContainerState.Creating) {
            publish(doomed);
        } else if (state instanceof ContainerState.Doomed) {
            // The journal says already that it goes; why it has not gone yet is for people.
            publish(doomed);
        } else {
            become(doomed, Durability.POWER_LOSS);
        }
    }

    /**
     * The container is removed for whoever asks; what it held is given back after that. Survives the daemon's death.
     *
     * @throws io.crius.model.CriusException.Failed where the journal cannot be written; the state is then what it was
     */
    public void retire() {
        become(new ContainerState.Doomed("it is being given back"), Durability.DAEMON);
    }

    /** Remembers that the container is being killed, which does not end before it has ended. Not journaled. */
    public void killingBegins() {
        beingKilled = true;
    }

    /** Whether the container is being killed, or was. */
    public boolean isBeingKilled() {
        return beingKilled;
    }

    /** Forgets the container on disk; the last step of its life. Idempotent. */
    void erase() {
        journal.delete();
        over.complete(null);
    }

    private void requireArrow(ContainerState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("container " + id() + " cannot go from " + state + " to " + next);
        }
    }

    private void publish(ContainerState next) {
        ContainerState before = state;
        state = next;
        announce(next);
        transitions.changed(this, before, next);
    }

    private void announce(ContainerState reached) {
        if (reached instanceof ContainerState.Exited || reached instanceof ContainerState.Doomed) {
            over.complete(null);
        }
    }
}
