package io.crius.linux;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** Processes: starting, finding, signalling and outliving them. Thread-safe; no call blocks unless it says so. */
public interface Processes {
    /**
     * Starts a program. The child sees exactly the descriptors and the environment of the request, no blocked signal, and
     * default actions for all signals.
     *
     * <p>Blocks: until the program was executed, some hundred microseconds; on a native thread while a virtual caller is parked.
     *
     * @throws ErrnoException also for what only the child notices: no such program, no such directory
     */
    Child spawn(SpawnRequest request) throws IOException;

    /** A descriptor of the process that has this number now. Kernel: 5.3. */
    Fd pidfd(long pid) throws ErrnoException;

    void signal(Fd pidfd, int signal) throws ErrnoException;

    /** Signals by number: a process group where it is negative. The caller knows why the number cannot be another's by now. */
    void kill(long pid, int signal) throws ErrnoException;

    /** What the kernel says of the process; empty when there is none of that number. */
    Optional<ProcessStat> stat(long pid);

    /**
     * Makes this process the parent of descendants whose parent ended, instead of process 1. Process-wide and for good.
     * Kernel: prctl(2) PR_SET_CHILD_SUBREAPER.
     */
    void becomeSubreaper() throws ErrnoException;

    /**
     * Runs the action once, on a virtual thread of its own, when the process has ended; at once where it has ended already.
     * The descriptor may be closed meanwhile. One process may have several subscriptions.
     */
    Subscription onExit(Fd pidfd, Runnable action) throws ErrnoException;

    /** The exit status of a child that has ended, which is then forgotten by the kernel; empty for any other process. */
    Optional<ExitStatus> collect(Fd pidfd) throws ErrnoException;

    /**
     * Children that have ended and were not started by {@link #spawn}: adopted ones that nobody has collected. Costs one call
     * where there are none.
     */
    Set<Long> exitedOrphans() throws ErrnoException;
}
