package io.crius.server.sandbox;

import io.crius.cgroup.Cgroups;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.network.pod.HostName;
import io.crius.network.pod.PodNamespace;
import io.crius.network.pod.PodNamespaces;
import io.crius.server.node.RuntimeHandlers;
import io.crius.server.state.Labels;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodPlan;
import io.crius.server.state.PodRequest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Decides everything about a pod before anything is taken. Touches nothing. */
public final class PodPlanner {
    /** Where the daemon keeps files of pods. */
    public record Places(Path runFolder, Path logFolder) {}

    private final RuntimeHandlers handlers;
    private final Cgroups cgroups;
    private final PodNamespaces namespaces;
    private final Places places;
    private final String nodeName;
    private final InstantSource clock;

    public PodPlanner(
            RuntimeHandlers handlers,
            Cgroups cgroups,
            PodNamespaces namespaces,
            Places places,
            String nodeName,
            InstantSource clock) {
        this.handlers = handlers;
        this.cgroups = cgroups;
        this.namespaces = namespaces;
        this.places = places;
        this.nodeName = nodeName;
        this.clock = clock;
    }

    /** Refuses what can never work, before a job is begun. */
    void check(PodRequest request) {
        var _ = handlers.named(request.handler());
        Labels.check("pod " + request.name(), request.labels());
        cgroups.checkParent(request.cgroupParent());
        cgroups.checkMemory(
                request.cgroupParent(), handlers.rules(request.handler()).leastMemory());
        if (request.namespaces().pid() == NamespaceMode.POD) {
            throw new CriusException.FailedPrecondition("pod " + request.name()
                    + " shares one PID namespace among its containers (namespace_options.pid POD): that is not supported"
                    + " yet; use CONTAINER or NODE");
        }
        if (request.namespaces().pid() == NamespaceMode.TARGET) {
            throw new CriusException.InvalidArgument(
                    "pod " + request.name() + ": PID mode TARGET is for containers, not for pods");
        }
    }

    boolean isNetworked(PodRequest request) {
        return request.namespaces().network() != NamespaceMode.NODE;
    }

    PodDefinition plan(PodId id, PodRequest request) {
        Path runFolder = places.runFolder().resolve(id.value());
        boolean ownIpc = request.namespaces().ipc() != NamespaceMode.NODE;
        var plan = new PodPlan(
                namespaces.plan(id, ownNamespaces(request)),
                runFolder,
                ownIpc ? Optional.of(runFolder.resolve("shm")) : Optional.empty());
        Optional<String> hostsName = isNetworked(request) ? Optional.empty() : Optional.of(nodeName);
        return new PodDefinition(
                id,
                clock.instant(),
                request,
                handlers.named(request.handler()).name(),
                HostName.choose(request.hostname(), hostsName, id).value(),
                request.logDirectory().orElseGet(() -> places.logFolder().resolve(id.value())),
                cgroups.parentOrDefault(request.cgroupParent()),
                plan);
    }

    /** Compat: the UTS namespace is always the pod's own, also on the host's network. */
    private Set<PodNamespace> ownNamespaces(PodRequest request) {
        Set<PodNamespace> own = EnumSet.of(PodNamespace.UTS);
        if (isNetworked(request)) {
            own.add(PodNamespace.NETWORK);
        }
        if (request.namespaces().ipc() != NamespaceMode.NODE) {
            own.add(PodNamespace.IPC);
        }
        return own;
    }
}
