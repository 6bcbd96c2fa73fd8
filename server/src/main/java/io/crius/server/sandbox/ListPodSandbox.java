package io.crius.server.sandbox;

import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** ListPodSandbox: all pods that pass a filter. Never waits. */
public final class ListPodSandbox {
    /** Whether ready or not ready pods are wanted. */
    public enum Readiness {
        READY,
        NOT_READY
    }

    /**
     * Conditions that must all hold. The id may be shortened; an id that nothing bears gives an empty list, not an error.
     */
    public record Filter(Optional<String> id, Optional<Readiness> readiness, Map<String, String> labels) {
        public Filter {
            labels = Map.copyOf(labels);
        }
    }

    private final Registry registry;

    public ListPodSandbox(Registry registry) {
        this.registry = registry;
    }

    public List<Pod> list(Filter filter) {
        return candidates(filter)
                .filter(pod -> pod.definition()
                        .request()
                        .labels()
                        .entrySet()
                        .containsAll(filter.labels().entrySet()))
                .filter(pod -> filter.readiness().map(r -> r == readiness(pod)).orElse(true))
                .toList();
    }

    private Stream<Pod> candidates(Filter filter) {
        return filter.id().map(id -> registry.findPod(id).stream()).orElseGet(registry::pods);
    }

    private static Readiness readiness(Pod pod) {
        return pod.state() instanceof PodState.Ready ? Readiness.READY : Readiness.NOT_READY;
    }
}
