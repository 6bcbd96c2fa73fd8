package io.crius.server.container;

import io.crius.server.container.ContainerView.Phase;
import io.crius.server.state.Container;
import io.crius.server.state.Registry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** ListContainers: snapshots of all containers that pass a filter. Never waits. */
public final class ListContainers {
    /**
     * Conditions that must all hold. Ids may be shortened; an id that nothing bears gives an empty list, not an error.
     */
    public record Filter(Optional<String> id, Optional<String> pod, Optional<Phase> phase, Map<String, String> labels) {
        public Filter {
            labels = Map.copyOf(labels);
        }
    }

    private final Registry registry;

    public ListContainers(Registry registry) {
        this.registry = registry;
    }

    public List<ContainerView> list(Filter filter) {
        return candidates(filter)
                .filter(c -> filter.pod().map(p -> inPod(c, p)).orElse(true))
                .filter(c -> c.definition()
                        .request()
                        .labels()
                        .entrySet()
                        .containsAll(filter.labels().entrySet()))
                .map(ContainerView::of)
                .filter(view -> filter.phase().map(view.phase()::equals).orElse(true))
                .toList();
    }

    private Stream<Container> candidates(Filter filter) {
        return filter.id().map(id -> registry.findContainer(id).stream()).orElseGet(registry::containers);
    }

    private static boolean inPod(Container container, String podPrefix) {
        return container.definition().pod().value().startsWith(podPrefix);
    }
}
