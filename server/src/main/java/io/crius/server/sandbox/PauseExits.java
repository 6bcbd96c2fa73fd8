package io.crius.server.sandbox;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.ContainerId;
import io.crius.model.PodId;
import io.crius.runtime.exit.ContainerExit;
import io.crius.runtime.exit.ExitListener;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Hears of the ends of pause processes, and passes all others on. With its pause process a pod's PID namespace has ended, and all
 * that ran in it.
 */
public final class PauseExits implements ExitListener {
    private static final System.Logger LOG = System.getLogger(PauseExits.class.getName());

    private final Registry registry;
    private final InstantSource clock;
    private final ExitListener others;

    public PauseExits(Registry registry, InstantSource clock, ExitListener others) {
        this.registry = registry;
        this.clock = clock;
        this.others = others;
    }

    @Override
    public void exited(ContainerExit exit) {
        Optional<Pod> pod = registry.any(new PodId(exit.id().value()));
        if (pod.isEmpty()) {
            others.exited(exit);
            return;
        }
        var _ = pod.get()
                .executor()
                .submit("the end of its pause process", () -> {
                    ended(pod.get());
                    return exit.id();
                })
                .exceptionally(e -> {
                    LOG.log(ERROR, () -> "the end of the pause process of pod " + exit.id() + ": " + e.getMessage());
                    return exit.id();
                });
    }

    /** Compat: a pod whose pause process has ended is not ready; what it holds is given back. */
    public void ended(Pod pod) {
        if (pod.state() instanceof PodState.Ready) {
            pod.close();
            LOG.log(
                    WARNING,
                    () -> "the pause process of pod " + pod.definition().name() + " (" + pod.id()
                            + ") has ended: the pod is not ready any more");
            pod.become(new PodState.Stopped(clock.instant(), false), Durability.POWER_LOSS);
        }
    }

    @Override
    public void monitorLost(ContainerId id) {
        others.monitorLost(id);
    }
}
