package io.crius.runtime.exec;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.ProcessStat;
import io.crius.linux.Processes;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.process.NodeProcesses;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Kills a command with what belongs to it. Thread-safe. */
final class CommandKiller {
    private static final int SIGKILL = 9;

    /** A member may start another one while it is about to be killed; that one is found by the next look. */
    private static final int MOST_LOOKS = 10;

    private final Processes processes;
    private final NodeProcesses node;

    CommandKiller(Processes processes) {
        this.processes = processes;
        this.node = new NodeProcesses(processes);
    }

    /**
     * Kills the command and its process group.
     *
     * <p>Safety: the caller knows that the number is the command's, because it is a child that was not collected. Runtimes give
     * a command a session of its own; its group has the number of the runtime's helper (crun) or of the command (runc).
     */
    void kill(long pid) throws ErrnoException {
        Optional<ProcessStat> stat = processes.stat(pid);
        if (stat.isPresent() && stat.get().pgrp() > 1 && stat.get().pgrp() != own().pgrp()) {
            send(-stat.get().pgrp());
        }
        send(pid);
    }

    /**
     * Kills the command and its whole session: also the jobs to which a shell has given groups of their own. A process that made
     * a session of its own (setsid(2), as daemons do) does not belong to it and is left alone. Reads all of {@code /proc}.
     *
     * <p>Safety: as for {@link #kill}. The number of a session is not given to anything else while it has a member, and a
     * member is signalled by a descriptor of exactly that process.
     */
    void killSession(long pid) throws IOException {
        Optional<ProcessStat> stat = processes.stat(pid);
        kill(pid);
        if (stat.isEmpty() || stat.get().session() <= 1 || stat.get().session() == own().session()) {
            return;
        }
        long session = stat.get().session();
        List<ProcessIdentity> members = node.inSession(session);
        for (int look = 1; look <= MOST_LOOKS && !members.isEmpty(); look++) {
            for (ProcessIdentity member : members) {
                node.signal(member, SIGKILL);
            }
            members = node.inSession(session);
        }
    }

    private ProcessStat own() {
        return processes
                .stat(ProcessHandle.current().pid())
                .orElseThrow(() -> new IllegalStateException("/proc does not show this process"));
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
