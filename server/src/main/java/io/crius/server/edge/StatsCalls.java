package io.crius.server.edge;

import io.crius.server.podmetrics.ListMetricDescriptors;
import io.crius.server.podmetrics.ListPodSandboxMetrics;
import io.crius.server.stats.ContainerStats;
import io.crius.server.stats.ListContainerStats;
import io.crius.server.stats.ListPodSandboxStats;
import io.crius.server.stats.PodSandboxStats;
import java.nio.file.Path;

/**
 * The use cases on what pods and containers use.
 *
 * @param writableLayers a folder on the file system of writable layers
 */
public record StatsCalls(
        ContainerStats container,
        ListContainerStats containers,
        PodSandboxStats pod,
        ListPodSandboxStats pods,
        ListMetricDescriptors descriptors,
        ListPodSandboxMetrics metrics,
        Path writableLayers) {}
