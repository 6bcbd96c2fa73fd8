package io.crius.server.metrics;

import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Transitions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what becomes of containers. Thread-safe. */
public final class ContainerCounts implements Transitions {
    /** Names of containers are without bound, so only so many are told apart. */
    private static final int MOST_NAMES = 1_000;

    private final LongAdder outOfMemory = new LongAdder();
    private final Map<String, LongAdder> byName = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> withoutMonitor = new ConcurrentHashMap<>();

    /** The monitor of a container that lives has ended. */
    public void monitorLost(String name) {
        count(withoutMonitor, name);
    }

    private static void count(Map<String, LongAdder> counts, String name) {
        if (counts.size() < MOST_NAMES || counts.containsKey(name)) {
            counts.computeIfAbsent(name, _ -> new LongAdder()).increment();
        }
    }

    @Override
    public void changed(Container container, ContainerState before, ContainerState now) {
        if (now instanceof ContainerState.Exited exited && exited.exit().outOfMemory()) {
            outOfMemory.increment();
            count(byName, container.definition().uniqueName());
        }
    }

    @Override
    public void forgotten(Container container) {
        byName.remove(container.definition().uniqueName());
        withoutMonitor.remove(container.definition().uniqueName());
    }

    @Override
    public void changed(Pod pod, PodState before, PodState now) {}

    @Override
    public void forgotten(Pod pod) {}

    void write(Exposition out) {
        out.family(
                "crio_containers_oom_total",
                "counter",
                "Amount of containers killed because they ran out of memory (OOM)");
        out.value("crio_containers_oom_total", Map.of(), (double) outOfMemory.sum());
        out.family(
                "crio_containers_oom_count_total",
                "counter",
                "Amount of containers killed because they ran out of memory (OOM) by their name");
        byName.forEach((name, count) ->
                out.value("crio_containers_oom_count_total", Map.of("name", name), (double) count.sum()));
        out.family(
                "crio_containers_stopped_monitor_count", "counter", "Amount of containers monitored process stopped.");
        withoutMonitor.forEach((name, count) ->
                out.value("crio_containers_stopped_monitor_count", Map.of("name", name), (double) count.sum()));
    }
}
