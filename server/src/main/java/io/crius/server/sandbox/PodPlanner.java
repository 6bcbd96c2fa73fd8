package io.crius.server.sandbox;

import io.crius.cgroup.Cgroups;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.network.pod.HostName;
import io.crius.network.pod.PodNamespace;
import io.crius.network.pod.PodNamespaces;
import io.crius.runtime.RuntimeHandler;
import io.crius.server.node.RuntimeHandlers;
import io.crius.server.state.Labels;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.NamespaceModes;
import io.crius.server.state.PodChoices;
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
    /**
     * What node and configuration say about every pod.
     *
     * @param runFolder where the daemon keeps files of pods
     * @param pause which pods get a pause process
     * @param chooser decides what annotations and the node say beside the request
     */
    public record Rules(Path runFolder, Path logFolder, String nodeName, PauseRules.When pause, PodChooser chooser) {}

    private final RuntimeHandlers handlers;
    private final Cgroups cgroups;
    private final PodNamespaces namespaces;
    private final PodNetwork network;
    private final Rules rules;
    private final InstantSource clock;

    public PodPlanner(
            RuntimeHandlers handlers,
            Cgroups cgroups,
            PodNamespaces namespaces,
            PodNetwork network,
            Rules rules,
            InstantSource clock) {
        this.handlers = handlers;
        this.cgroups = cgroups;
        this.namespaces = namespaces;
        this.network = network;
        this.rules = rules;
        this.clock = clock;
    }

    /** Refuses what can never work, before a job is begun. */
    void check(PodRequest request) {
        var _ = handlers.named(request.handler());
        Labels.check("pod " + request.name(), request.labels());
        cgroups.checkParent(request.cgroupParent());
        cgroups.checkMemory(
                request.cgroupParent(), handlers.rules(request.handler()).leastMemory());
        checkNamespaces(request.name().toString(), request.namespaces());
        PodNetwork.checkPorts(request);
        UpdatePodSandboxResources.check(
                request.name(), "overhead", request.limits().overhead());
        UpdatePodSandboxResources.check(
                request.name(), "resources", request.limits().resources());
        rules.chooser().check(request, handlers.rules(request.handler()));
    }

    private static void checkNamespaces(String pod, NamespaceModes modes) {
        if (modes.pid() == NamespaceMode.TARGET) {
            throw new CriusException.InvalidArgument(
                    "pod " + pod + ": PID mode TARGET is for containers, not for pods");
        }
        checkShared(pod, "network", modes.network());
        checkShared(pod, "ipc", modes.ipc());
        if (modes.user().isPresent()) {
            modes.user().get().check(pod);
            if (modes.anyHost()) {
                throw new CriusException.InvalidArgument("pod " + pod + ": with a user namespace of its own"
                        + " (userns_options.mode POD) it cannot use the node's network, pid or ipc namespace, over which"
                        + " its root would have no power");
            }
        }
    }

    /** Spec: CRI, of these two there is the pod's and the node's. */
    private static void checkShared(String pod, String namespace, NamespaceMode mode) {
        if (mode != NamespaceMode.POD && mode != NamespaceMode.NODE) {
            throw new CriusException.InvalidArgument("pod " + pod + ": the " + namespace
                    + " namespace cannot be of mode " + mode + "; it is POD or NODE");
        }
    }

    boolean isNetworked(PodRequest request) {
        return request.namespaces().network() != NamespaceMode.NODE;
    }

    PodDefinition plan(PodId id, PodRequest request) {
        RuntimeHandler handler = handlers.named(request.handler());
        String parent = cgroups.parentOrDefault(request.cgroupParent());
        Optional<String> hostsName = isNetworked(request) ? Optional.empty() : Optional.of(rules.nodeName());
        return new PodDefinition(
                id,
                clock.instant(),
                request,
                handler.name(),
                HostName.choose(request.hostname(), hostsName, id).value(),
                request.logDirectory().orElseGet(() -> rules.logFolder().resolve(id.value())),
                parent,
                resources(id, request, handler, parent));
    }

    private PodPlan resources(PodId id, PodRequest request, RuntimeHandler handler, String cgroupParent) {
        Path runFolder = rules.runFolder().resolve(id.value());
        boolean ownIpc = request.namespaces().ipc() != NamespaceMode.NODE;
        PodChoices choices = rules.chooser().choose(request, handlers.rules(request.handler()));
        return new PodPlan(
                namespaces.plan(id, ownNamespaces(request, choices)),
                runFolder,
                ownIpc ? Optional.of(runFolder.resolve("shm")) : Optional.empty(),
                PodPause.plan(rules.pause(), new PodPause.Wanted(id, request, handler, cgroupParent, runFolder)),
                network.keeper(request),
                choices);
    }

    /** Compat: the UTS namespace is always the pod's own, also on the host's network. */
    private Set<PodNamespace> ownNamespaces(PodRequest request, PodChoices choices) {
        Set<PodNamespace> own = EnumSet.of(PodNamespace.UTS);
        if (isNetworked(request)) {
            own.add(PodNamespace.NETWORK);
        }
        if (request.namespaces().ipc() != NamespaceMode.NODE) {
            own.add(PodNamespace.IPC);
        }
        if (request.namespaces().user().isPresent() || choices.user().isPresent()) {
            own.add(PodNamespace.USER);
        }
        return own;
    }
}
