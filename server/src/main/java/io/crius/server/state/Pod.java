package io.crius.server.state;

import io.crius.model.PodId;
import io.crius.model.Timeline;
import io.crius.server.job.SerialExecutor;
import io.crius.server.journal.Journal;
import io.crius.server.journal.Journal.Durability;
import java.util.Optional;

/**
 * One pod: its definition, its newest state, and the executor that alone changes it.
 *
 * <p>{@link #state} may be read by any thread and never waits. {@link #become} is called only by tasks of
 * {@link #executor} or by the thread that creates or restores the pod.
 */
public final class Pod {
    private final PodDefinition definition;
    private final Journal journal;
    private final SerialExecutor executor;
    private final Transitions transitions;
    private volatile PodState state;
    private volatile PodLimits limits;
    private volatile boolean closing;
    private volatile String networkProblem = "";

    Pod(PodDefinition definition, PodState state, PodLimits limits, Keeping keeping) {
        this.definition = definition;
        this.state = state;
        this.limits = limits;
        this.journal = keeping.journal();
        this.transitions = keeping.transitions();
        this.executor =
                new SerialExecutor("pod " + definition.id().abbreviated(), Timeline.currentOrNew(), keeping.ticker());
    }

    public PodDefinition definition() {
        return definition;
    }

    public PodId id() {
        return definition.id();
    }

    public PodState state() {
        return state;
    }

    /** What the pod as a whole may use: as in the request, with all changes since. */
    public PodLimits limits() {
        return limits;
    }

    /**
     * Writes limits that hold from now on to the journal, then publishes them. Called as {@link #become} is.
     *
     * @throws io.crius.model.CriusException.Failed where the journal cannot be written; what is published stays what it was
     */
    public void limit(PodLimits next) {
        journal.append(PodCodec.limits(next), Durability.POWER_LOSS);
        limits = next;
    }

    public SerialExecutor executor() {
        return executor;
    }

    /**
     * From now on no container may be created in this pod. A creation that publishes its container afterwards sees this and
     * takes it back; one that published before is seen by whoever closed the pod.
     */
    public void close() {
        closing = true;
    }

    /** Whether containers may be created: the pod is ready and nobody began to stop it. */
    public boolean isOpen() {
        return state instanceof PodState.Ready && !closing;
    }

    /** The network of a pod that is ready. */
    public Optional<PodState.Ready> ready() {
        return state instanceof PodState.Ready ready ? Optional.of(ready) : Optional.empty();
    }

    /**
     * What is wrong with the pod's network, as of the last check of it; empty where nothing is known to be, and where the pod is
     * not ready. Not on disk: it is found again.
     */
    public Optional<String> networkProblem() {
        return ready().map(_ -> networkProblem).filter(problem -> !problem.isEmpty());
    }

    /** Any thread may tell what a check found; empty for nothing. Returns what was found before. */
    public Optional<String> networkChecked(Optional<String> problem) {
        Optional<String> before = networkProblem();
        networkProblem = problem.orElse("");
        return before;
    }

    /**
     * Writes the next state to the journal, then publishes it.
     *
     * @throws IllegalStateException where the drawing in {@link PodState} has no such arrow
     * @throws io.crius.model.CriusException.Failed where the journal cannot be written; the state is then what it was
     */
    public void become(PodState next, Durability durability) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("pod " + id() + " cannot go from " + state + " to " + next);
        }
        journal.append(PodCodec.state(next), durability);
        publish(next);
    }

    private void publish(PodState next) {
        PodState before = state;
        state = next;
        transitions.changed(this, before, next);
    }

    /** Begins to make what is in the journal survive a power loss, while other work goes on. */
    public Journal.Sync beginSync() {
        return journal.beginSync();
    }

    /**
     * Leaves the pod to the reconciler. One that is being created needs no record for that: a creation without an end is doomed
     * at the next start anyway.
     */
    public void doom(String why) {
        var doomed = new PodState.Doomed(why);
        if (state instanceof PodState.Creating) {
            publish(doomed);
        } else if (!(state instanceof PodState.Doomed)) {
            become(doomed, Durability.POWER_LOSS);
        }
    }

    /** Forgets the pod on disk; the last step of its life. Idempotent. */
    void erase() {
        journal.delete();
    }
}
