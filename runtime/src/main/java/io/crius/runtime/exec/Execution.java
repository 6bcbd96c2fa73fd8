package io.crius.runtime.exec;

import io.crius.linux.Child;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.ByteBudget;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.ExecResult;
import io.crius.runtime.ExecResult.Completeness;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.cli.Command;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.process.Orphans;
import io.crius.runtime.process.OutputPipes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One command in a container: the runtime starts it and ends, then the command is awaited. One thread; closing lets go of the
 * pipes, the processes are gone by then or were killed.
 */
final class Execution implements AutoCloseable {
    /**
     * A runtime is not killed the moment time is over: it could die between starting the command and noting its number. It
     * gets this long more, and then the command is killed by its number.
     */
    private static final Duration STARTING = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(Execution.class.getName());
    private static final Duration DYING = Duration.ofSeconds(5);
    private static final Duration FOREVER = Duration.ofDays(365);
    private static final int SIGKILL = 9;

    private final Linux linux;
    private final RuntimeCommands runtimes;
    private final CommandKiller killer;
    private final RuntimeContainer container;
    private final ExecRequest request;
    private final ExecFiles files;
    private final OutputPipes pipes;
    private final KeptOutput stdout;
    private final KeptOutput stderr;
    private final Deadline timeout;
    private final Deadline deadline;

    Execution(
            Linux linux,
            RuntimeCommands runtimes,
            CommandKiller killer,
            ByteBudget budget,
            RuntimeContainer container,
            ExecRequest request,
            ExecFiles files) {
        this.linux = linux;
        this.runtimes = runtimes;
        this.killer = killer;
        this.container = container;
        this.request = request;
        this.files = files;
        this.pipes = new OutputPipes(linux.descriptors());
        this.stdout = new KeptOutput(request.maxBytesPerStream(), budget);
        this.stderr = new KeptOutput(request.maxBytesPerStream(), budget);
        this.timeout = Deadline.after(request.timeout().orElse(FOREVER));
        this.deadline = Deadline.currentOr(FOREVER).earlier(timeout);
    }

    ExecResult run() throws IOException {
        try (Child starter = spawn()) {
            try {
                return follow(starter);
            } catch (InterruptedIOException e) {
                kill(starter);
                throw new CriusException.Cancelled(what() + " was killed: the caller went away", e);
            }
        }
    }

    private ExecResult follow(Child starter) throws IOException {
        if (!pipes.readUntil(starter.pidfd(), deadline)) {
            return overdue(starter);
        }
        int status = collect(starter);
        OptionalLong pid = files.startedPid();
        if (pid.isEmpty()) {
            pipes.drain();
            throw refused(status);
        }
        try (Fd command = linux.processes().pidfd(pid.getAsLong())) {
            if (!pipes.readUntil(command, deadline)) {
                return overdue(starter);
            }
            Optional<ExitStatus> ended = linux.processes().collect(command);
            pipes.drain();
            return result(ended.orElseThrow(() -> lost(pid.getAsLong())));
        }
    }

    private Child spawn() throws IOException {
        Command command = runtimes.plain(
                container.handler(),
                "exec",
                "--pid-file",
                files.pid().toString(),
                "--process",
                files.process().toString(),
                "--detach",
                container.id().value());
        try (Fd none = linux.descriptors().open(Path.of("/dev/null"), Set.of(OpenFlag.RDONLY), 0)) {
            return linux.processes()
                    .spawn(command.request(
                            container.folders().bundle(), Map.of(0, none, 1, pipes.to(stdout), 2, pipes.to(stderr))));
        } finally {
            pipes.started();
        }
    }

    private ExecResult result(ExitStatus status) {
        boolean truncated = stdout.truncated() || stderr.truncated();
        if (truncated) {
            LOG.log(Level.INFO, what() + " wrote more than is kept; the rest of its output is dropped");
        }
        return new ExecResult(
                status.shellCode(),
                stdout.take(),
                stderr.take(),
                truncated ? Completeness.TRUNCATED : Completeness.COMPLETE);
    }

    private ExecResult overdue(Child starter) throws IOException {
        kill(starter);
        if (timeout.isOver()) {
            return ExecResult.timedOut();
        }
        throw new CriusException.DeadlineExceeded(what() + " did not end within the caller's deadline and was killed");
    }

    /** Kills the command, whether it runs already or is about to; an interrupt waits until that is done. */
    private void kill(Child starter) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            if (!pipes.readUntil(starter.pidfd(), Deadline.after(STARTING))) {
                linux.processes().kill(-starter.pid(), SIGKILL);
                pipes.readUntil(starter.pidfd(), Deadline.after(DYING));
            }
            collect(starter);
            OptionalLong pid = files.startedPid();
            if (pid.isPresent()) {
                kill(pid.getAsLong());
            } else {
                Orphans.expect();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void kill(long pid) throws IOException {
        try (Fd command = linux.processes().pidfd(pid)) {
            killer.kill(pid);
            if (pipes.readUntil(command, Deadline.after(DYING))) {
                linux.processes().collect(command);
            }
        }
    }

    private static int collect(Child starter) throws IOException {
        try {
            return starter.waitFor(DYING).map(ExitStatus::shellCode).orElse(-1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** crun may leave the process that could not become the command. */
    private CriusException refused(int status) {
        Orphans.expect();
        return Refusal.of(what(), container.handler(), status, stderr.takeText());
    }

    private CriusException lost(long pid) {
        return new CriusException.Failed(
                what() + ": the exit code of process " + pid + " is lost: it did not become a child of this daemon");
    }

    private String what() {
        return "exec " + request.command().getFirst() + " in container " + container.id();
    }

    @Override
    public void close() {
        pipes.close();
        stdout.close();
        stderr.close();
    }
}
