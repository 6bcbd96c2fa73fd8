package io.crius.server.recovery;

import static java.lang.System.Logger.Level.INFO;

import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.Cgroups;
import io.crius.model.Attempts;
import io.crius.model.ContainerId;
import io.crius.model.PodId;
import io.crius.runtime.conmon.Stray;
import io.crius.runtime.conmon.Strays;
import io.crius.server.explain.Leftover;
import io.crius.server.state.ContainerMark;
import io.crius.server.state.Registry;
import io.crius.storage.Store;
import io.crius.storage.StoredContainer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Containers that bear this daemon's mark and that no journal knows, readable or not: after the journals were deleted, say. What
 * is dead of them is given back: monitors, cgroups, layers. What lives is somebody's work, so it is left alone and reported, with
 * what a person would say to end it.
 */
public final class StrayContainers implements Chore {
    private static final System.Logger LOG = System.getLogger(StrayContainers.class.getName());

    private final Registry registry;
    private final Strays strays;
    private final Store store;
    private final Cgroups cgroups;

    public StrayContainers(Registry registry, Strays strays, Store store, Cgroups cgroups) {
        this.registry = registry;
        this.strays = strays;
        this.store = store;
        this.cgroups = cgroups;
    }

    @Override
    public String name() {
        return "containers that no journal knows";
    }

    /** The order matters: a journal comes before all that it tells of, so what is seen first has its journal by then. */
    @Override
    public List<Leftover> run(Attempts sweep) {
        List<Stray> monitors = strays.monitors();
        List<StoredContainer> stored = store.containers();
        Set<ContainerId> containers = registry.knownContainers();
        Set<PodId> pods = registry.knownPods();
        var alive = new ArrayList<Leftover>();
        // What their containers hold is left alone with them.
        var watched = new HashSet<ContainerId>();
        for (Stray stray : monitors) {
            boolean known = containers.contains(stray.container())
                    || pods.contains(new PodId(stray.container().value()));
            if (known) {
                continue;
            }
            if (stray.lives()) {
                alive.add(left(
                        stray.container(),
                        "its monitor is " + stray.monitor() + "; `" + stray.endingCommand() + "` would end it"));
            } else if (sweep.make("monitor of the unknown container " + stray.container(), () -> end(stray))) {
                continue;
            }
            watched.add(stray.container());
        }
        for (StoredContainer container : stored) {
            if (!watched.contains(container.id()) && !containers.contains(container.id())) {
                ContainerMark.of(container.metadata())
                        .filter(mark -> mark.journals().equals(registry.podsFolder()))
                        .ifPresent(mark -> sweep.make(
                                "unknown container " + container.id(),
                                () -> delete(container, mark).ifPresent(alive::add)));
            }
        }
        return alive;
    }

    private void end(Stray stray) {
        strays.end(stray);
        LOG.log(INFO, () -> "ended the monitor of the unknown container " + stray.container());
    }

    /** What has to be left alone. */
    private Optional<Leftover> delete(StoredContainer container, ContainerMark mark) {
        CgroupPath cgroup = cgroups.containerCgroup(mark.cgroupParent(), container.id());
        List<Long> processes = cgroups.tree().processes(cgroup);
        if (!processes.isEmpty()) {
            return Optional.of(left(container.id(), "processes " + processes + " live in its cgroup " + cgroup));
        }
        cgroups.tree().remove(cgroup);
        cgroups.removeMonitor(mark.cgroupParent(), container.id());
        // The store is what this container is found by once more if the daemon dies here.
        strays.forget(container.id());
        store.deleteContainer(container.id());
        LOG.log(INFO, () -> "deleted the unknown container " + container.id() + " (" + container.names() + ")");
        return Optional.empty();
    }

    private static Leftover left(ContainerId id, String why) {
        return new Leftover(
                Leftover.Kind.ORPHAN, id.value(), "container " + id + " that no journal knows", "it lives: " + why, 0);
    }
}
