package io.crius.runtime;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.RuntimeSpec;
import java.util.Optional;

/**
 * The life of a container in an OCI runtime.
 *
 * <p>Thread-safe; calls on the same container must not run at the same time, except {@link #exec}, {@link #signal} and
 * {@link #reopenLog}. All calls block, are meant for virtual threads, obey {@link io.crius.model.Deadline#CURRENT} and end with
 * {@link CriusException.Cancelled} when the thread is interrupted. What the runtime refuses is
 * {@link CriusException.Failed} with the runtime's own words.
 */
public interface ContainerRuntime {
    /**
     * Creates the container; its first process waits for {@link #start}. Afterwards a monitor runs that outlives this daemon.
     *
     * <p>After a failure nothing is left: no process, no runtime state, no cgroup, and of files only the bundle's
     * {@code config.json}; a second attempt may follow at once.
     *
     * @throws CriusException.DeadlineExceeded after the handler's creation timeout or the caller's deadline
     */
    default RuntimeContainer create(ContainerBundle bundle) {
        try (Creating creating = begin(bundle)) {
            return creating.finish();
        }
    }

    /** Says that a container will soon be created: what takes its time may then pass before that. Returns at once. */
    void expectCreation();

    /** A creation that has begun. For one thread. */
    interface Creating extends AutoCloseable {
        /**
         * The specification as the runtime is to read it: it may say more, so that the runtime has less to do, and means the same.
         * Called once at most, before {@link #finish}, by whoever then writes it into the bundle.
         */
        default RuntimeSpec specification(RuntimeSpec wanted) {
            return wanted;
        }

        /** Does what {@link #create} does, for a bundle that is whole by now. Called once. */
        RuntimeContainer finish();

        /** Takes back what was begun and not finished. */
        @Override
        void close();
    }

    /**
     * Begins to create the container while the caller still makes its bundle: only the bundle's folders and that of its log have
     * to be there. Returns at once; what goes wrong is said by {@link Creating#finish}.
     */
    Creating begin(ContainerBundle bundle);

    /**
     * Lets the container's first process run its command. A failure leaves the container as it is, to be deleted.
     *
     * @throws CriusException.FailedPrecondition when it was started before
     */
    void start(RuntimeContainer container);

    /** Sends the signal to the container's first process. */
    SignalOutcome signal(RuntimeContainer container, StopSignal signal);

    /** Kills whatever is left of a container whose first process has ended: only needed with a shared PID namespace. */
    void killRemaining(RuntimeContainer container);

    /**
     * Removes the container from the runtime, killing it first where it lives, awaits the end of its monitor and removes what
     * both left outside the bundle, the exit code among it. A container that is unknown is success.
     */
    void delete(ContainerBundle bundle);

    /** What the runtime says; empty when it does not know the container. */
    Optional<RuntimeState> state(RuntimeContainer container);

    /** Freezes all processes of a running container. */
    void pause(RuntimeContainer container);

    /** Thaws a paused container. */
    void resume(RuntimeContainer container);

    /**
     * Changes the limits of a container that was created or runs.
     *
     * @param resources the runtime-spec's {@code linux.resources}; keys that are absent stay as they are
     */
    void update(RuntimeContainer container, JsonObject resources);

    /**
     * Runs a command in the running container and waits for its end.
     *
     * <p>A timeout of the request is a result, not an error. A deadline or an interrupt of the caller kills the command. When
     * the command has ended, output of processes it left behind is not waited for.
     *
     * @throws CriusException.FailedPrecondition when the container is paused or does not run
     */
    ExecResult exec(RuntimeContainer container, ExecRequest request);

    /**
     * Has the monitor open the log at its path anew, after somebody moved it away; returns when the new file is there.
     *
     * @throws CriusException.DeadlineExceeded when the monitor does not react in time
     */
    void reopenLog(RuntimeContainer container);

    /**
     * Kills the commands that an earlier daemon was running in the container: to be called once for each living container at
     * start, before {@link #exec}.
     */
    void killLeftovers(RuntimeContainer container);
}
