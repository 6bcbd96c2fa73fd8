package io.crius.runtime.oci;

import io.crius.model.ContainerId;
import io.crius.runtime.exit.ContainerExit;
import io.crius.runtime.exit.ExitListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a watcher tells. */
final class Ends implements ExitListener {
    private static final Duration LONG = Duration.ofSeconds(20);

    final Map<ContainerId, List<ContainerExit>> exits = new ConcurrentHashMap<>();
    final List<ContainerId> lost = new CopyOnWriteArrayList<>();

    @Override
    public void exited(ContainerExit exit) {
        exits.computeIfAbsent(exit.id(), _ -> new CopyOnWriteArrayList<>()).add(exit);
    }

    @Override
    public void monitorLost(ContainerId id) {
        lost.add(id);
    }

    ContainerExit await(ContainerId id) throws InterruptedException {
        List<ContainerExit> told =
                Conditions.await(LONG, () -> exits.getOrDefault(id, List.of()), list -> !list.isEmpty());
        if (told.isEmpty()) {
            throw new AssertionError("no exit of " + id + " was told");
        }
        return told.getFirst();
    }
}
