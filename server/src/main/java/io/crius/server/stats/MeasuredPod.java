package io.crius.server.stats;

import io.crius.server.state.Pod;
import java.util.List;

/** A pod that is ready, what it uses, and its containers that run. */
public record MeasuredPod(Pod pod, PodSample sample, List<MeasuredContainer> containers) {
    public MeasuredPod {
        containers = List.copyOf(containers);
    }
}
