package io.crius.runtime.process;

import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Processes;
import io.crius.model.CriusException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Makes the daemon the parent of processes whose own parent ended: detached monitors, commands run in containers, and whatever
 * runtimes, hooks and plugins leave behind. So the daemon learns exit codes from the kernel itself, and no dead process waits
 * for a process 1 that collects nothing.
 *
 * <p>Who knows its process collects it; whoever may be late says so by a {@link #claim}. The rest is found by looking now and
 * then: a dead child that is seen twice in a row has nobody who wants it. Thread-safe; one virtual thread.
 */
public final class Orphans implements AutoCloseable {
    /** How often dead children are looked for. */
    public static final Duration INTERVAL = Duration.ofSeconds(20);

    /** Whoever waits for a child collects it within far less. */
    private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

    /** How often it is looked, a second apart, once an orphan is expected. */
    private static final int LOOKS = 4;

    private static final System.Logger LOG = System.getLogger(Orphans.class.getName());

    /** Of the whole process, as its children are. */
    private static final Set<Long> CLAIMED = ConcurrentHashMap.newKeySet();

    private static final Semaphore EXPECTED = new Semaphore(0);

    /** A process that somebody collects, however late; closing it ends that. */
    public static final class Claim implements AutoCloseable {
        private final long pid;

        private Claim(long pid) {
            this.pid = pid;
        }

        @Override
        public void close() {
            CLAIMED.remove(pid);
        }
    }

    private final Processes processes;
    private final Thread sweeper;

    private Orphans(Processes processes, Duration interval) {
        this.processes = processes;
        this.sweeper = Thread.ofVirtual().name("orphans").unstarted(() -> sweep(interval));
    }

    /** From now on this process is the reaper of its descendants; that stays so after {@link #close}. */
    public static Orphans adopt(Processes processes, Duration interval) {
        try {
            processes.becomeSubreaper();
        } catch (ErrnoException e) {
            throw new CriusException.Failed("become the parent of orphaned processes: " + e.getMessage(), e);
        }
        var orphans = new Orphans(processes, interval);
        orphans.sweeper.start();
        return orphans;
    }

    /**
     * Says that the caller collects this child when it is done with it, which may be long after its end: the number is not given
     * to another process before that.
     */
    public static Claim claim(long pid) {
        CLAIMED.add(pid);
        return new Claim(pid);
    }

    /**
     * Says that a child that nobody knows may end about now, so that it is collected within some seconds. Kernel:
     * pid_namespaces(7), the first process of a container does not end before all others in its namespace are collected.
     */
    public static void expect() {
        EXPECTED.release();
    }

    private void sweep(Duration interval) {
        Set<Long> suspects = Set.of();
        int soon = 0;
        try {
            while (true) {
                if (suspects.isEmpty() && soon == 0) {
                    soon = EXPECTED.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS) ? LOOKS : 0;
                } else {
                    Thread.sleep(SECOND_LOOK);
                    soon = EXPECTED.drainPermits() > 0 ? LOOKS : Math.max(0, soon - 1);
                }
                suspects = look(suspects);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /** Collects the suspects that are still there; returns those that are new. */
    private Set<Long> look(Set<Long> suspects) {
        try {
            var fresh = new HashSet<Long>();
            for (long pid : processes.exitedOrphans()) {
                if (CLAIMED.contains(pid)) {
                    continue;
                }
                if (suspects.contains(pid)) {
                    collect(pid);
                } else {
                    fresh.add(pid);
                }
            }
            return fresh;
        } catch (ErrnoException e) {
            LOG.log(Level.WARNING, "looking for orphaned processes: " + e.getMessage());
            return Set.of();
        }
    }

    private void collect(long pid) throws ErrnoException {
        try (Fd pidfd = processes.pidfd(pid)) {
            processes.collect(pidfd);
            LOG.log(Level.DEBUG, "collected the orphaned process " + pid);
        }
    }

    @Override
    public void close() {
        sweeper.interrupt();
    }
}
