package io.crius.runtime.exec;

import io.crius.linux.Child;
import io.crius.linux.ExitStatus;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.SpawnRequest;
import io.crius.model.CriusException;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.cli.Command;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.process.InputPump;
import io.crius.runtime.process.Orphans;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest.Standard;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** One command of one person: the runtime starts it and ends, and its streams are carried until it ends. One thread. */
final class SessionCommand {
    /** What a runtime has to start a command; then it, or the container, hangs. */
    private static final Duration STARTING = Duration.ofMinutes(2);

    private final Linux linux;
    private final CommandEnd end;
    private final RuntimeContainer container;
    private final ProcessStreams streams;
    private final String what;

    SessionCommand(Linux linux, RuntimeContainer container, List<String> command, ProcessStreams streams) {
        this.linux = linux;
        this.container = container;
        this.streams = streams;
        this.what = "exec " + command.getFirst() + " in container " + container.id();
        this.end = new CommandEnd(linux, what);
    }

    Ending run(ExecFiles files, CommandEnds ends) throws IOException, InterruptedException {
        try (Child starter = spawn(files, ends)) {
            try {
                var start = new CommandStart(linux.descriptors(), starter, files, ends);
                int status = start.await(STARTING)
                        .map(ExitStatus::shellCode)
                        .orElseThrow(() -> new CriusException.DeadlineExceeded(
                                what + ": " + container.handler().path() + " did not start it within "
                                        + STARTING.toSeconds() + " s and was killed"));
                OptionalLong pid = files.startedPid();
                if (pid.isEmpty()) {
                    throw Refusal.of(what, container.handler(), status, start.refusal());
                }
                return follow(pid.getAsLong(), start, ends);
            } catch (IOException | InterruptedException | RuntimeException e) {
                ends.close();
                end.ofAbandoned(starter, files);
                throw e;
            }
        }
    }

    private Child spawn(ExecFiles files, CommandEnds ends) throws IOException {
        var words = new ArrayList<String>(List.of(
                "exec",
                "--pid-file",
                files.pid().toString(),
                "--process",
                files.process().toString(),
                "--detach"));
        words.addAll(ends.arguments());
        words.add(container.id().value());
        Command command = RuntimeCommands.plain(container.handler(), words.toArray(String[]::new));
        try {
            return linux.processes()
                    .spawn(new SpawnRequest(
                            command.arguments(),
                            command.environment(),
                            container.folders().bundle(),
                            ends.ofRuntime(),
                            SpawnRequest.Leadership.NEW_SESSION));
        } finally {
            ends.spawned();
        }
    }

    private Ending follow(long pid, CommandStart start, CommandEnds ends) throws IOException {
        // Its output is carried to a person, who may be slow, before it is collected.
        try (Orphans.Claim _ = Orphans.claim(pid);
                Fd command = linux.processes().pidfd(pid)) {
            start.finish();
            var carrier = new OutletCarrier(linux.descriptors(), ends.outlets());
            if (streams.request().wants(Standard.STDIN)) {
                try (InputPump _ = InputPump.start(streams.stdin(), ends.input(), ends::inputEnded)) {
                    carrier.carryUntil(command);
                }
            } else {
                carrier.carryUntil(command);
            }
            return Ending.ofExitCode(end.collect(command, pid).shellCode());
        }
    }
}
