package io.crius.cgroup;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import java.util.Optional;

/** Cgroups named by path: the daemon and the OCI runtime make them in the cgroup filesystems. */
public final class CgroupfsCgroups implements Cgroups {
    private static final String DEFAULT_PARENT = "/crio";

    private final CgroupTree tree;

    public CgroupfsCgroups(CgroupTree tree) {
        this.tree = tree;
    }

    /** Compat: CRI-O's text. */
    @Override
    public void checkParent(String parent) {
        if (new CgroupPath(parent).name().endsWith(SliceName.SUFFIX)) {
            throw new CriusException.InvalidArgument(
                    "cri-o configured with cgroupfs cgroup manager, but received systemd slice as parent: " + parent);
        }
    }

    @Override
    public String parentOrDefault(String parent) {
        return parent.isEmpty() ? DEFAULT_PARENT : new CgroupPath(parent).value();
    }

    @Override
    public String containerPath(String parent, ContainerId container) {
        return containerCgroup(parent, container).value();
    }

    @Override
    public CgroupPath containerCgroup(String parent, ContainerId container) {
        return parentPath(parent).child(PREFIX + "-" + container);
    }

    @Override
    public Optional<CgroupPath> podCgroup(String parent) {
        return Optional.of(parentPath(parent));
    }

    @Override
    public Optional<CgroupPath> sandboxCgroup(String parent, PodId pod) {
        return Optional.of(parentPath(parent).child(PREFIX + "-" + pod));
    }

    /** Nothing: without systemd nobody ends the processes of the daemon's cgroup. */
    @Override
    public void keepMonitor(String slice, ContainerId container, long pid) {}

    @Override
    public void addMonitor(String parent, ContainerId container, long pid) {
        CgroupPath path = monitorCgroup(parent, container);
        tree.create(path);
        tree.addProcess(path, pid);
    }

    @Override
    public void removeMonitor(String parent, ContainerId container) {
        tree.remove(monitorCgroup(parent, container));
    }

    private CgroupPath monitorCgroup(String parent, ContainerId container) {
        return parentPath(parent).child(PREFIX + "-conmon-" + container);
    }

    @Override
    public CgroupTree tree() {
        return tree;
    }

    private CgroupPath parentPath(String parent) {
        return new CgroupPath(parentOrDefault(parent));
    }
}
