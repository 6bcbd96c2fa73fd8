package io.crius.server.container;

import io.crius.cgroup.Cgroups;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.ExecResult;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.StopSignal;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What is done to the processes of a container that lives. Thread-safe. */
public final class ContainerProcesses {
    private static final Duration THAWING = Duration.ofSeconds(10);
    private static final Duration DESTROYING = Duration.ofSeconds(30);

    private final ContainerRuntime runtime;
    private final Cgroups cgroups;

    public ContainerProcesses(ContainerRuntime runtime, Cgroups cgroups) {
        this.runtime = runtime;
        this.cgroups = cgroups;
    }

    void start(Container container) {
        runtime.start(alive(container));
    }

    void reopenLog(Container container) {
        runtime.reopenLog(alive(container));
    }

    /** Runs a command; empty where its timeout ended it. */
    Optional<ExecSync.Output> execSync(
            Container container, List<String> command, Optional<Duration> timeout, Deadline deadline) {
        ExecRequest request = ExecRequest.of(command);
        ExecRequest limited = timeout.map(request::withTimeout).orElse(request);
        ExecResult result = ScopedValue.where(Deadline.CURRENT, deadline)
                .call(() -> runtime.exec(takingCommands(container), limited));
        return result.exitCode() == ExecResult.TIMED_OUT
                ? Optional.empty()
                : Optional.of(new ExecSync.Output(result.stdout(), result.stderr(), result.exitCode()));
    }

    /** Whether somebody froze the container; only files of the kernel are read. */
    boolean isFrozen(Container container) {
        return container
                .state()
                .alive()
                .filter(made -> cgroups.tree()
                        .isFrozen(cgroups.containerCgroup(made.bundle().cgroupParent(), made.id())))
                .isPresent();
    }

    /** Lets a frozen container go on; the runtime refuses where it is none. */
    void thaw(Container container) {
        container
                .state()
                .alive()
                .ifPresent(made -> ScopedValue.where(Deadline.CURRENT, Deadline.after(THAWING))
                        .run(() -> runtime.resume(made)));
    }

    /** Kills a container of which no process is known, by its runtime, which forgets it then. One that is gone is success. */
    void destroy(Container container) {
        ScopedValue.where(Deadline.CURRENT, Deadline.after(DESTROYING))
                .run(() -> runtime.delete(container.definition().bundle()));
    }

    /** Sends a signal by its name; a process that is gone already is success. */
    void signal(Container container, String name) {
        container.state().alive().ifPresent(r -> runtime.signal(r, StopSignal.parse(name)));
    }

    /**
     * What the runtime made, where commands may be started in it. Compat: as long as a container is asked to end they
     * may; from its first SIGKILL on none is.
     *
     * @throws CriusException.NotFound where it does not run
     * @throws CriusException.FailedPrecondition where it is being killed
     */
    static RuntimeContainer takingCommands(Container container) {
        if (!(container.state() instanceof ContainerState.Running)) {
            throw new CriusException.NotFound("container is not created or running: " + container.id() + " is "
                    + ContainerView.of(container).phase());
        }
        if (container.isBeingKilled()) {
            throw new CriusException.FailedPrecondition(
                    "container " + container.id() + " is being killed: no command is started in it any more");
        }
        return alive(container);
    }

    /** What the runtime made, as long as it may live. */
    static RuntimeContainer alive(Container container) {
        return container
                .state()
                .alive()
                .orElseThrow(() -> new CriusException.FailedPrecondition("container " + container.id()
                        + " has no process: " + ContainerView.of(container).phase()));
    }
}
