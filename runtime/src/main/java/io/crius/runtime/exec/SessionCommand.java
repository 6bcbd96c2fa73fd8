package io.crius.runtime.exec;

import io.crius.linux.Child;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.cli.Command;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.process.InputPump;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Standard;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One command of one person: the runtime starts it and ends, and its streams are carried until it ends. The runtime may be started
 * before the person comes, and then waits. One thread at a time; closing ends a runtime that waits, and removes the files.
 */
final class SessionCommand implements AutoCloseable {
    /** What a runtime has to start a command; then it, or the container, hangs. */
    private static final Duration STARTING = Duration.ofMinutes(2);

    /** A runtime that gets no more to read ends at once. */
    private static final Duration ENDING = Duration.ofSeconds(5);

    private static final System.Logger LOG = System.getLogger(SessionCommand.class.getName());
    private static final int SIGKILL = 9;

    private final Linux linux;
    private final RuntimeCommands runtimes;
    private final CommandEnd end;
    private final RuntimeContainer container;
    private final StreamRequest request;
    private final String what;
    private final ExecFiles files;
    private final ProcessDocument document;
    private final CommandEnds ends;
    private @Nullable Child waiting;

    private SessionCommand(
            Linux linux,
            RuntimeCommands runtimes,
            RuntimeContainer container,
            StreamRequest request,
            String what,
            ExecFiles files,
            ProcessDocument document,
            CommandEnds ends) {
        this.linux = linux;
        this.runtimes = runtimes;
        this.container = container;
        this.request = request;
        this.what = what;
        this.end = new CommandEnd(linux, what);
        this.files = files;
        this.document = document;
        this.ends = ends;
    }

    /** Makes ready what the command needs; no process is started. */
    static SessionCommand open(
            Linux linux,
            RuntimeCommands runtimes,
            RuntimeContainer container,
            List<String> command,
            StreamRequest request)
            throws IOException {
        ExecFiles files = ExecFiles.named(container);
        @Nullable ProcessDocument document = null;
        try {
            document = ProcessDocument.of(linux, container, command, request.kind(), files);
            String what = "exec " + command.getFirst() + " in container " + container.id();
            CommandEnds ends = CommandEnds.open(linux, request, files);
            return new SessionCommand(linux, runtimes, container, request, what, files, document, ends);
        } catch (IOException | RuntimeException e) {
            if (document != null) {
                document.close();
            }
            files.close();
            throw e;
        }
    }

    /** Starts the runtime, if it can be made to wait, which it does until {@link #run}. */
    void startRuntime() throws IOException {
        if (document.isHeldBack()) {
            waiting = spawn();
        }
    }

    /** Once. */
    Ending run(ProcessStreams streams) throws IOException, InterruptedException {
        try (Child starter = waiting == null ? spawn() : waiting) {
            waiting = null;
            try {
                document.complete();
                var start = new CommandStart(linux.descriptors(), starter, files, ends, streams);
                int status = start.await(STARTING)
                        .map(ExitStatus::shellCode)
                        .orElseThrow(() -> new CriusException.DeadlineExceeded(
                                what + ": " + container.handler().path() + " did not start it within "
                                        + STARTING.toSeconds() + " s and was killed"));
                OptionalLong pid = files.startedPid();
                if (pid.isEmpty()) {
                    throw Refusal.of(what, container.handler(), status, start.refusal());
                }
                return follow(pid.getAsLong(), start, streams);
            } catch (IOException | InterruptedException | RuntimeException e) {
                document.close();
                ends.close();
                end.ofAbandoned(starter, files);
                throw e;
            }
        }
    }

    private Child spawn() throws IOException {
        var words = new ArrayList<String>(List.of(
                "exec",
                "--pid-file",
                files.pid().toString(),
                "--process",
                document.path().toString(),
                "--detach"));
        words.addAll(ends.arguments());
        words.add(container.id().value());
        Command command = runtimes.plain(container.handler(), words.toArray(String[]::new));
        try {
            return linux.processes()
                    .spawn(command.request(container.folders().bundle(), document.besides(ends.ofRuntime())));
        } finally {
            document.spawned();
            ends.spawned();
        }
    }

    private Ending follow(long pid, CommandStart start, ProcessStreams streams) throws IOException {
        try (Fd command = linux.processes().pidfd(pid);
                EndWatch watch = EndWatch.start(linux.descriptors(), end, command, pid)) {
            start.finish();
            var carrier = new OutletCarrier(linux.descriptors(), ends.outlets(streams));
            if (request.wants(Standard.STDIN)) {
                try (InputPump _ = InputPump.start(streams.stdin(), ends.input(), ends::inputEnded)) {
                    carrier.carryUntil(command);
                }
            } else {
                carrier.carryUntil(command);
            }
            return Ending.ofExitCode(watch.status().shellCode());
        }
    }

    @Override
    public void close() {
        document.close();
        ends.close();
        if (waiting != null) {
            endUnused(waiting);
            waiting = null;
        }
        files.close();
    }

    private void endUnused(Child runtime) {
        try (runtime) {
            if (runtime.waitFor(ENDING).isEmpty()) {
                killUnused(runtime);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, what + ": its runtime was not needed, and may run on", e);
        } catch (InterruptedException _) {
            killUnused(runtime);
            Thread.currentThread().interrupt();
        }
    }

    private void killUnused(Child runtime) {
        try {
            linux.processes().kill(-runtime.pid(), SIGKILL);
        } catch (IOException e) {
            LOG.log(Level.WARNING, what + ": its runtime was not needed, and may run on", e);
        }
    }
}
