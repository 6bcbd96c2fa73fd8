package io.crius.server.podmetrics;

import io.crius.server.podmetrics.ContainerFacts.Disk;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.PodName;
import io.crius.server.stats.ListPodSandboxStats;
import io.crius.server.stats.MeasuredContainer;
import io.crius.server.stats.MeasuredPod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** ListPodSandboxMetrics and StreamPodSandboxMetrics: the included metrics of all pods that are ready. */
public final class ListPodSandboxMetrics {
    /** Compat: what stands for a container's name in metrics of a whole pod. */
    private static final String POD = "POD";

    private final MetricTable table;
    private final ListPodSandboxStats pods;
    private final Supplier<Filesystem> disk;

    /** The file system of writable layers. */
    public record Filesystem(long totalBytes, long totalInodes, long freeInodes) {}

    public ListPodSandboxMetrics(MetricTable table, ListPodSandboxStats pods, Supplier<Filesystem> disk) {
        this.table = table;
        this.pods = pods;
        this.disk = disk;
    }

    public List<PodMetrics> list() {
        if (table.isEmpty()) {
            return List.of();
        }
        Filesystem filesystem = disk.get();
        var facts = new Disk(filesystem.totalBytes(), filesystem.totalInodes(), filesystem.freeInodes());
        return pods.list(Optional.empty(), Map.of()).stream()
                .map(pod -> metrics(pod, facts))
                .toList();
    }

    private PodMetrics metrics(MeasuredPod measured, Disk facts) {
        String id = measured.pod().id().value();
        PodName name = measured.pod().definition().name();
        return new PodMetrics(
                id,
                measured.sample().at(),
                table.values(measured.sample(), List.of(id, POD, "", name.namespace(), name.name(), POD)),
                measured.containers().stream()
                        .map(container -> metrics(container, name, facts))
                        .toList());
    }

    private PodMetrics.OfContainer metrics(MeasuredContainer measured, PodName pod, Disk facts) {
        ContainerDefinition container = measured.view().definition();
        String id = container.id().value();
        List<String> labels = List.of(
                id,
                container.uniqueName(),
                container.imageName(),
                pod.namespace(),
                pod.name(),
                container.name().name());
        return new PodMetrics.OfContainer(
                id, measured.sample().at(), table.values(new ContainerFacts(measured, facts), labels));
    }
}
