package io.crius.daemon.cli.ctl.container;

import io.crius.client.StreamCalls;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.cri.v1.Container;
import io.crius.cri.v1.ExecSyncRequest;
import io.crius.cri.v1.ExecSyncResponse;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Transport;
import io.crius.model.CriusException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code exec}: the exit status is that of the command, of several the first that is not 0. */
public final class Exec implements CtlCommand {
    /** Beyond any command. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final Duration MARGIN = Duration.ofSeconds(30);

    /** Compat: {@code -s} is another flag's here. */
    private static final List<Flag> FILTERS = Containers.FILTERS.stream()
            .map(flag -> flag.name().equals("state") ? Flag.text("state", flag.help()) : flag)
            .toList();

    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(List.of(
                Flag.on("sync", 's', "by ExecSync, as kubelet's probes do: output comes at the end"),
                Flag.number("timeout", "seconds that the command may take, with --sync; no limit"),
                Flag.on("tty", 't', "with a terminal"),
                Flag.on("interactive", 'i', "with standard input"),
                Flag.on("ignore-errors", 'e', "of several containers, go on with the next where the command fails"),
                Transport.FLAG));
        flags.addAll(FILTERS);
        return new Usage(
                "exec",
                "[CONTAINER-ID] COMMAND [ARGUMENT...]",
                "Run a command in a container; without an id, in those that the filters leave, one after the other",
                true,
                flags);
    }

    @Override
    public int run(Given given, Session session) throws IOException, InterruptedException {
        Transport.check(given);
        if (FILTERS.stream().noneMatch(filter -> given.has(filter.name()))) {
            List<String> arguments = given.arguments(2, Integer.MAX_VALUE, "a container id and a command are");
            return run(given, session, arguments.getFirst(), arguments.subList(1, arguments.size()));
        }
        List<String> command = given.arguments(1, Integer.MAX_VALUE, "a command is");
        List<Container> containers = Containers.list(given, session);
        if (containers.isEmpty()) {
            throw new CriusException.NotFound("the filters leave no container");
        }
        int first = 0;
        for (Container container : containers) {
            int code = run(given, session, container.getId(), command);
            first = first == 0 ? code : first;
            if (code != 0 && !given.on("ignore-errors")) {
                break;
            }
        }
        return first;
    }

    private static int run(Given given, Session session, String id, List<String> command)
            throws IOException, InterruptedException {
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
