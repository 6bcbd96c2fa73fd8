package io.crius.runtime.oci;

import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.Cgroups;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Processes;
import io.crius.runtime.ContainerBundle;
import java.util.List;

/**
 * What a runtime leaves of a container when it was killed itself, before it had noted that the container exists: processes
 * half on their way into it, and cgroups.
 */
final class Remains {
    private static final int SIGKILL = 9;

    /** Processes may start others while they are being killed; nothing outruns this many rounds for long. */
    private static final int ROUNDS = 100;

    private final Processes processes;
    private final Cgroups cgroups;

    Remains(Processes processes, Cgroups cgroups) {
        this.processes = processes;
        this.cgroups = cgroups;
    }

    /** Kills what is in the container's cgroup and removes it, with the monitor's. Idempotent. */
    void remove(ContainerBundle bundle) throws ErrnoException {
        CgroupPath cgroup = cgroups.containerCgroup(bundle.cgroupParent(), bundle.id());
        if (cgroups.tree().exists(cgroup)) {
            killAll(cgroup);
            cgroups.tree().remove(cgroup);
        }
        cgroups.removeMonitor(bundle.cgroupParent(), bundle.id());
    }

    private void killAll(CgroupPath cgroup) throws ErrnoException {
        List<Long> living = cgroups.tree().processes(cgroup);
        for (int round = 0; round < ROUNDS && !living.isEmpty(); round++) {
            for (long pid : living) {
                kill(pid);
            }
            living = cgroups.tree().processes(cgroup);
        }
    }

    private void kill(long pid) throws ErrnoException {
        try {
            processes.kill(pid, SIGKILL);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }
}
