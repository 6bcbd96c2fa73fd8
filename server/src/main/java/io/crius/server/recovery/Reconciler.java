package io.crius.server.recovery;

import static java.lang.System.Logger.Level.DEBUG;

import io.crius.model.CriusException;
import io.crius.server.container.ContainerResources;
import io.crius.server.journal.Journal.Durability;
import io.crius.server.sandbox.PodResources;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;

/** Tries again, until it succeeds, to give back what could not be given back when it was asked for. */
public final class Reconciler implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Registry registry;
    private final ContainerResources containers;
    private final PodResources pods;
    private final Thread thread;

    public Reconciler(Registry registry, ContainerResources containers, PodResources pods) {
        this.registry = registry;
        this.containers = containers;
        this.pods = pods;
        this.thread = Thread.ofVirtual().name("reconciler").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        Duration pause = SHORTEST;
        try {
            while (true) {
                boolean clean = round();
                pause = clean ? SHORTEST : pause.multipliedBy(2);
                Thread.sleep(pause.compareTo(LONGEST) > 0 ? LONGEST : pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One attempt for everything that is owed; true when nothing is owed afterwards. */
    boolean round() {
        boolean clean = true;
        for (Container container : registry.everyContainer()) {
            if (container.state() instanceof ContainerState.Doomed) {
                clean &= settled("container " + container.id(), () -> {
                    containers.releaseAll(container.definition());
                    registry.forget(container);
                });
            }
        }
        for (Pod pod : registry.everyPod()) {
            clean &= settle(pod);
        }
        return clean;
    }

    private boolean settle(Pod pod) {
        return switch (pod.state()) {
            case PodState.Creating _, PodState.Ready _ -> true;
            case PodState.Stopped stopped ->
                stopped.networkGivenBack()
                        || settled("pod " + pod.id(), () -> {
                            pods.releaseAll(pod.definition());
                            pod.become(new PodState.Stopped(stopped.at(), true), Durability.POWER_LOSS);
                        });
            case PodState.Doomed _ ->
                settled("pod " + pod.id(), () -> {
                    pods.releaseAll(pod.definition());
                    registry.forget(pod);
                });
        };
    }

    private static boolean settled(String what, Runnable attempt) {
        try {
            attempt.run();
            return true;
        } catch (CriusException e) {
            LOG.log(DEBUG, () -> what + " is still owed: " + e.getMessage());
            return false;
        }
    }
}
