package io.crius.server.container;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.ProcessStat;
import io.crius.model.CriusException;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/**
 * Whose PID namespace a container joins: that of its pod's pause process, or that of another container of the pod. Thread-safe.
 */
public final class PidNamespaces {
    private final Registry registry;
    private final Linux linux;
    private final Path proc;

    /** {@code proc} is where the kernel shows processes. */
    public PidNamespaces(Registry registry, Linux linux, Path proc) {
        this.registry = registry;
        this.linux = linux;
        this.proc = proc;
    }

    /** A namespace that is kept open for the runtime until this is closed; its path is good for other processes, too. */
    record Joined(Optional<Fd> handle) implements AutoCloseable {
        Optional<String> path() {
            return handle.map(fd -> "/proc/" + ProcessHandle.current().pid() + "/fd/" + fd.number());
        }

        @Override
        public void close() {
            handle.ifPresent(Fd::close);
        }
    }

    /**
     * Opens the namespace that the request wants to join; empty where it wants one of its own or the node's.
     *
     * @throws CriusException.InvalidArgument where the target of mode TARGET is not a container of this pod that runs
     */
    Joined join(Pod pod, ContainerRequest request) {
        return switch (request.namespaces().pid()) {
            case CONTAINER, NODE -> new Joined(Optional.empty());
            case POD ->
                new Joined(pod.ready().flatMap(PodState.Ready::pause).map(pause -> open(pause, "pod " + pod.id())));
            case TARGET -> {
                Container target = target(pod, request.namespaces().pidTarget().orElse(""));
                RuntimeContainer alive = target.state().alive().orElseThrow(() -> gone("container " + target.id()));
                yield new Joined(Optional.of(open(alive, "container " + target.id())));
            }
        };
    }

    /** Safety: a container of another pod is none of this one's business, whatever the caller says. */
    private Container target(Pod pod, String id) {
        return registry.findContainer(id)
                .filter(container -> container.definition().pod().equals(pod.id()))
                .orElseThrow(() ->
                        new CriusException.InvalidArgument("target PID namespace specified with invalid target ID \""
                                + id + "\": pod " + pod.id().abbreviated() + " has no such container"));
    }

    /**
     * Safety: the process is looked at again after its namespace was opened, when its number cannot become another's in between.
     */
    private Fd open(RuntimeContainer container, String owner) {
        ProcessIdentity process = container.init();
        Path handle = proc.resolve(Long.toString(process.pid())).resolve("ns/pid");
        try {
            Fd namespace = linux.descriptors().open(handle, EnumSet.of(OpenFlag.RDONLY), 0);
            if (isStill(process)) {
                return namespace;
            }
            namespace.close();
            throw gone(owner);
        } catch (IOException e) {
            if (isStill(process)) {
                throw new CriusException.Failed("PID namespace of " + owner + ": " + e.getMessage(), e);
            }
            throw gone(owner);
        }
    }

    private boolean isStill(ProcessIdentity process) {
        return linux.processes()
                .stat(process.pid())
                .filter(stat -> stat.startTicks() == process.startTicks())
                .filter(stat -> !stat.isDead())
                .map(ProcessStat::startTicks)
                .isPresent();
    }

    private static CriusException.FailedPrecondition gone(String owner) {
        return new CriusException.FailedPrecondition(
                "the PID namespace of " + owner + " cannot be joined: its first process has ended");
    }
}
