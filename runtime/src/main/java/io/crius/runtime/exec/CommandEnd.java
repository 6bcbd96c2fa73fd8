package io.crius.runtime.exec;

import io.crius.linux.Child;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.runtime.process.Orphans;
import io.crius.runtime.process.Waiting;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The end of a person's command, by itself or because the person is gone. Thread-safe. */
final class CommandEnd {
    private static final System.Logger LOG = System.getLogger(CommandEnd.class.getName());
    private static final int SIGKILL = 9;

    /** A runtime that was told to start a command gets this long to do so, lest its command is lost. */
    private static final Duration STARTING = Duration.ofSeconds(10);

    /** How long a command may take to see that its terminal hung up or its pipes ended, a shell to write its history. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration DYING = Duration.ofSeconds(5);

    private final Linux linux;
    private final CommandKiller killer;
    private final String what;
    private volatile boolean isCollected;

    CommandEnd(Linux linux, String what) {
        this.linux = linux;
        this.killer = new CommandKiller(linux.processes());
        this.what = what;
    }

    ExitStatus collect(Fd command, long pid) throws IOException {
        Optional<ExitStatus> status = linux.processes().collect(command);
        isCollected = true;
        return status.orElseThrow(() -> new CriusException.Failed(
                what + ": the exit code of process " + pid + " is lost: it did not become a child of this daemon"));
    }

    /**
     * Ends a command whose streams are closed already, unless it was collected: waits a little, then kills it with its session and
     * collects it. What cannot be done is logged, for nobody is there to be told.
     *
     * <p>Blocks: until that is done, which an interrupt does not change: it may come at any moment, from whoever sees that the
     * client is gone. It stays set.
     */
    void ofAbandoned(Child starter, ExecFiles files) {
        Waiting.forEnd(Thread.ofVirtual().name("exec-abandoned").start(() -> end(starter, files)));
    }

    private void end(Child starter, ExecFiles files) {
        if (isCollected) {
            // Safety: its number may be another process's by now.
            return;
        }
        try {
            if (starter.waitFor(STARTING).isEmpty()) {
                linux.processes().kill(-starter.pid(), SIGKILL);
            }
            OptionalLong pid = files.startedPid();
            if (pid.isPresent()) {
                end(pid.getAsLong());
            } else {
                Orphans.expect();
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            LOG.log(Level.WARNING, what + ": its client is gone, and it may run on", e);
        }
    }

    private void end(long pid) throws IOException {
        try (Fd command = linux.processes().pidfd(pid)) {
            if (!awaitEnd(command, GRACE)) {
                killer.killSession(pid);
                awaitEnd(command, DYING);
            }
            linux.processes().collect(command);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    private boolean awaitEnd(Fd command, Duration limit) throws IOException {
        return !linux.descriptors().poll(List.of(command), limit).isEmpty();
    }
}
