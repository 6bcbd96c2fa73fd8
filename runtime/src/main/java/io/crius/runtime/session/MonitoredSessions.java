package io.crius.runtime.session;

import io.crius.cgroup.CgroupTree;
import io.crius.linux.Linux;
import io.crius.runtime.ContainerSessions;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.SessionExec;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.runtime.exec.SessionCommands;
import io.crius.streaming.session.Ending;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import java.io.IOException;
import java.util.List;

/** {@link ContainerSessions} with containers that conmon watches over. Thread-safe. */
public final class MonitoredSessions implements ContainerSessions {
    private final Linux linux;
    private final SessionCommands commands;

    public MonitoredSessions(Linux linux, RuntimePrograms programs, CgroupTree cgroups) {
        this.linux = linux;
        this.commands = new SessionCommands(linux, programs, cgroups);
    }

    @Override
    public SessionExec exec(RuntimeContainer container, List<String> command, StreamRequest request) {
        return commands.exec(container, command, request);
    }

    @Override
    public Ending attach(RuntimeContainer container, ProcessStreams streams) throws IOException, InterruptedException {
        return new Attachment(linux, container, streams).run();
    }
}
