package io.crius.server.state;

import io.crius.runtime.RuntimeContainer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The states of a pod.
 *
 * <pre>
 *             +-----------------------> Doomed --(everything given back)--> (gone)
 *             |                            ^
 *   (plan) Creating ----> Ready ----> Stopped
 * </pre>
 *
 * <p>A pod is visible to the CRI in Ready and Stopped. Creating is seen by its creation job only, Doomed by the reconciler
 * only: its name is free, but something it held could not be given back yet.
 */
public sealed interface PodState {
    /** The plan is on disk, resources are being taken. */
    record Creating() implements PodState {}

    /**
     * The network is up and containers may be created.
     *
     * @param pause the pause process, where the plan has one
     */
    record Ready(List<String> ips, String cniResult, Optional<RuntimeContainer> pause) implements PodState {
        public Ready {
            ips = List.copyOf(ips);
        }
    }

    /**
     * No container runs. Where something that the pod held could not be given back yet, its network say, {@code givenBack} is
     * false and the reconciler goes on trying.
     */
    record Stopped(Instant at, boolean givenBack) implements PodState {}

    /** Removed or never finished; {@code why} says what could not be given back yet. */
    record Doomed(String why) implements PodState {}

    /** Whether the CRI may see the pod. */
    default boolean visible() {
        return switch (this) {
            case Ready _, Stopped _ -> true;
            case Creating _, Doomed _ -> false;
        };
    }

    /** Whether this state may be followed by {@code next}. */
    default boolean mayBecome(PodState next) {
        return switch (this) {
            case Creating _ -> next instanceof Ready || next instanceof Doomed;
            case Ready _ -> next instanceof Stopped || next instanceof Doomed;
            case Stopped stopped -> next instanceof Doomed || (next instanceof Stopped && !stopped.givenBack());
            case Doomed _ -> next instanceof Doomed;
        };
    }
}
