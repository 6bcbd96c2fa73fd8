package io.crius.runtime.exec;

import io.crius.cgroup.CgroupTree;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.SessionExec;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.streaming.session.StreamRequest;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Runs people's commands in containers.
 *
 * <p>Needs {@link io.crius.runtime.process.Orphans}, as {@link ContainerExec} does. Thread-safe.
 */
public final class SessionCommands {
    /** Runtimes that wait for people at one time; further ones are started when their person has come. */
    private static final int MOST_WAITING = 16;

    private final Linux linux;
    private final RuntimeCommands runtimes;
    private final CgroupTree cgroups;
    private final Semaphore places = new Semaphore(MOST_WAITING);

    public SessionCommands(Linux linux, RuntimePrograms programs, CgroupTree cgroups) {
        this.linux = linux;
        this.runtimes = new RuntimeCommands(programs);
        this.cgroups = cgroups;
    }

    /** As {@link io.crius.runtime.ContainerSessions#exec}. */
    public SessionExec exec(RuntimeContainer container, List<String> command, StreamRequest request) {
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new CriusException.InvalidArgument("exec command cannot be empty");
        }
        cgroups.expectMoves();
        return new AwaitedCommand(linux, runtimes, cgroups, places, container, List.copyOf(command), request);
    }
}
