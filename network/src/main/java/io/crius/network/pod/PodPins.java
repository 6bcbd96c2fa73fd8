package io.crius.network.pod;

import io.crius.model.PodId;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a pod's namespaces are, or will be, pinned. It is a plan as much as a fact: it is journaled before
 * {@link PodNamespaces#create}, so that {@link PodNamespaces#release} can be called whatever happens in between.
 */
public record PodPins(PodId pod, Map<PodNamespace, Path> paths) {
    public PodPins {
        var ordered = new EnumMap<PodNamespace, Path>(PodNamespace.class);
        ordered.putAll(paths);
        paths = Collections.unmodifiableMap(ordered);
    }

    /** The pin of one kind; empty where the pod uses the host's namespace. */
    public Optional<Path> path(PodNamespace kind) {
        return Optional.ofNullable(paths.get(kind));
    }

    /** The network namespace that CNI plugins are given; empty for a pod on the host's network. */
    public Optional<Path> network() {
        return path(PodNamespace.NETWORK);
    }
}
