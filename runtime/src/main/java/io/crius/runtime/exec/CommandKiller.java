package io.crius.runtime.exec;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.ProcessStat;
import io.crius.linux.Processes;
import java.util.Optional;

/** Kills a command with its process group. */
final class CommandKiller {
    private static final int SIGKILL = 9;

    private final Processes processes;

    CommandKiller(Processes processes) {
        this.processes = processes;
    }

    /**
     * Safety: the caller knows that the number is the command's, because it is a child that was not collected. Runtimes give
     * a command a session of its own; its group has the number of the runtime's helper (crun) or of the command (runc).
     */
    void kill(long pid) throws ErrnoException {
        Optional<ProcessStat> stat = processes.stat(pid);
        long ownGroup = processes
                .stat(ProcessHandle.current().pid())
                .map(ProcessStat::pgrp)
                .orElse(0L);
        if (stat.isPresent() && stat.get().pgrp() > 1 && stat.get().pgrp() != ownGroup) {
            send(-stat.get().pgrp());
        }
        send(pid);
    }

    private void send(long target) throws ErrnoException {
        try {
            processes.kill(target, SIGKILL);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }
}
