package io.crius.runtime.exec;

import io.crius.cgroup.CgroupTree;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.runtime.RuntimeContainer;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import java.io.IOException;
import java.util.List;

/**
 * Runs people's commands in containers.
 *
 * <p>Needs {@link io.crius.runtime.process.Orphans}, as {@link ContainerExec} does. Thread-safe.
 */
public final class SessionCommands {
    private final Linux linux;
    private final CgroupTree cgroups;

    public SessionCommands(Linux linux, CgroupTree cgroups) {
        this.linux = linux;
        this.cgroups = cgroups;
    }

    /** As {@link io.crius.runtime.ContainerSessions#exec}. */
    public Ending run(RuntimeContainer container, List<String> command, ProcessStreams streams)
            throws IOException, InterruptedException {
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new CriusException.InvalidArgument("exec command cannot be empty");
        }
        cgroups.expectMoves();
        try (ExecFiles files =
                        ExecFiles.write(container, command, streams.request().kind());
                CommandEnds ends = streams.request().isTerminal()
                        ? TerminalEnds.open(linux, streams, files.terminal())
                        : PipeEnds.open(linux, streams)) {
            return new SessionCommand(linux, container, command, streams).run(files, ends);
        }
    }
}
