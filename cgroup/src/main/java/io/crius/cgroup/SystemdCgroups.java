package io.crius.cgroup;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.util.Optional;

/**
 * Cgroups named by systemd's units: slices for pods, scopes for containers, which the OCI runtime asks systemd for.
 *
 * <p>The daemon asks systemd for the scopes of monitors. The cgroup of a pod without pause container is made in the
 * slice's folder, as CRI-O does.
 */
public final class SystemdCgroups implements Cgroups {
    private static final String DEFAULT_PARENT = "system.slice";

    private final CgroupTree tree;
    private final SystemdUnits units;

    public SystemdCgroups(CgroupTree tree, SystemdUnits units) {
        this.tree = tree;
        this.units = units;
    }

    /** Compat: CRI-O's text. */
    @Override
    public void checkParent(String parent) {
        if (parent.isEmpty()) {
            return;
        }
        String name = new CgroupPath(parent).name();
        if (!name.endsWith(SliceName.SUFFIX)) {
            throw new CriusException.InvalidArgument(
                    "cri-o configured with systemd cgroup manager, but did not receive slice as parent: " + parent);
        }
        var _ = new SliceName(name);
    }

    @Override
    public String parentOrDefault(String parent) {
        return parent.isEmpty() ? DEFAULT_PARENT : parent;
    }

    @Override
    public String containerPath(String parent, ContainerId container) {
        return slice(parentOrDefault(parent)).value() + ":" + PREFIX + ":" + container;
    }

    @Override
    public CgroupPath containerCgroup(String parent, ContainerId container) {
        return slice(parentOrDefault(parent)).cgroup().child(PREFIX + "-" + container + ".scope");
    }

    @Override
    public Optional<CgroupPath> podCgroup(String parent) {
        return parent.isEmpty() ? Optional.empty() : Optional.of(slice(parent).cgroup());
    }

    /** Compat: none without a parent; system.slice is no place for it. */
    @Override
    public Optional<CgroupPath> sandboxCgroup(String parent, PodId pod) {
        return podCgroup(parent)
                .filter(path -> !path.name().equals(DEFAULT_PARENT))
                .map(path -> path.child(PREFIX + "-" + pod));
    }

    /** Compat: system.slice where the configuration names none. */
    @Override
    public void keepMonitor(String slice, ContainerId container, long pid) {
        units.startScope(monitorScope(container), slice(parentOrDefault(slice)).value(), pid);
    }

    @Override
    public void addMonitor(String parent, ContainerId container, long pid) {
        units.startScope(monitorScope(container), slice(parentOrDefault(parent)).value(), pid);
    }

    /** Nothing: systemd forgets scopes that are empty, and a monitor is gone when its container is removed. */
    @Override
    public void removeMonitor(String parent, ContainerId container) {}

    private static String monitorScope(ContainerId container) {
        return PREFIX + "-conmon-" + container + ".scope";
    }

    @Override
    public Optional<String> ownUnit() {
        return Optional.of(units.own());
    }

    @Override
    public CgroupTree tree() {
        return tree;
    }

    /** kubelet gives the expanded path or the bare name; the name says all. */
    private static SliceName slice(String parent) {
        return new SliceName(new CgroupPath(parent).name());
    }
}
