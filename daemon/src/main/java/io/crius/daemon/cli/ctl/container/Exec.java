package io.crius.daemon.cli.ctl.container;

import io.crius.client.StreamCalls;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.cri.v1.ExecSyncRequest;
import io.crius.cri.v1.ExecSyncResponse;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code exec}: the exit status is that of the command. */
public final class Exec implements CtlCommand {
    /** Beyond any command. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final Duration MARGIN = Duration.ofSeconds(30);

    @Override
    public Usage usage() {
        return Usage.of(
                        "exec",
                        "CONTAINER-ID COMMAND [ARGUMENT...]",
                        "Run a command in a container",
                        Flag.on("sync", 's', "by ExecSync, as kubelet's probes do: output comes at the end"),
                        Flag.number("timeout", "seconds that the command may take, with --sync; no limit"),
                        Flag.on("tty", 't', "with a terminal"),
                        Flag.on("interactive", 'i', "with standard input"))
                .withOwnFlagsOnly();
    }

    @Override
    public int run(Given given, Session session) throws IOException, InterruptedException {
        List<String> arguments = given.arguments(2, Integer.MAX_VALUE, "a container id and a command are");
        String id = arguments.getFirst();
        List<String> command = arguments.subList(1, arguments.size());
        if (given.on("sync")) {
            return sync(session, id, command, given.number("timeout").orElse(0));
        }
        Wants wants = Streaming.wants(given.on("interactive"), given.on("tty"));
        try (StreamCalls streams = session.client().streams();
                RemoteProcess process = streams.exec(id, wants, command.toArray(String[]::new))) {
            return Streaming.run(process, wants, session);
        }
    }

    private static int sync(Session session, String id, List<String> command, long timeoutSeconds) throws IOException {
        Duration limit = timeoutSeconds > 0 ? MARGIN.plusSeconds(timeoutSeconds) : LONGEST;
        ExecSyncResponse response = session.acts(limit)
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(command)
                        .setTimeout(timeoutSeconds)
                        .build());
        response.getStdout().writeTo(session.streams().out());
        session.streams().out().flush();
        response.getStderr().writeTo(session.streams().err());
        session.streams().err().flush();
        return response.getExitCode();
    }
}
