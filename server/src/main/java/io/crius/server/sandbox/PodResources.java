package io.crius.server.sandbox;

import io.crius.cgroup.Cgroups;
import io.crius.linux.IdMaps;
import io.crius.linux.IdRange;
import io.crius.model.Attempts;
import io.crius.network.pod.NamespaceSettings;
import io.crius.network.pod.PodNamespace;
import io.crius.network.pod.PodNamespaces;
import io.crius.oci.runtime.IdMapping;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.state.Pod;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.UserNamespace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes and gives back all that a pod holds outside the daemon, by its plan. Every method may be repeated; giving back goes
 * on through errors and throws them together, so that one stuck resource does not keep the others.
 *
 * <p>Thread-safe between pods; calls for one pod are serialised by its executor.
 */
public final class PodResources {
    private final PodNamespaces namespaces;
    private final PodNetwork network;
    private final PodFiles files;
    private final PodSysctls sysctls;
    private final PodPause pause;
    private final Cgroups cgroups;

    public PodResources(
            PodNamespaces namespaces,
            PodNetwork network,
            PodFiles files,
            PodSysctls sysctls,
            PodPause pause,
            Cgroups cgroups) {
        this.namespaces = namespaces;
        this.network = network;
        this.files = files;
        this.sysctls = sysctls;
        this.pause = pause;
        this.cgroups = cgroups;
    }

    PodNetwork network() {
        return network;
    }

    void makeFiles(PodDefinition pod) {
        files.make(pod);
    }

    void makeNamespaces(PodDefinition pod) {
        Optional<String> hostname = pod.plan().pins().path(PodNamespace.UTS).map(_ -> pod.hostname());
        Optional<IdMaps> maps = pod.user().map(PodResources::maps);
        namespaces.create(pod.plan().pins(), new NamespaceSettings(maps, sysctls.of(pod), hostname));
    }

    private static IdMaps maps(UserNamespace user) {
        return new IdMaps(ranges(user.uids()), ranges(user.gids()));
    }

    private static List<IdRange> ranges(List<IdMapping> mappings) {
        return mappings.stream()
                .map(m -> new IdRange(m.containerId(), m.hostId(), m.size()))
                .toList();
    }

    /**
     * Starts the pause process; empty where the plan has none. Compat: then the cgroup that it would have is made all
     * the same, which cAdvisor takes for the pod's.
     */
    Optional<RuntimeContainer> startPause(PodDefinition pod) {
        if (pod.plan().pause().isEmpty()) {
            cgroups.createSandbox(pod.cgroupParent(), pod.id());
        }
        return pause.start(pod);
    }

    /** Has the end of the pause process told, also of one that has ended already. */
    void watchPause(RuntimeContainer process) {
        pause.watch(process);
    }

    /** Gives back everything: the network first, while its namespace is there. */
    public void releaseAll(PodDefinition pod) {
        Map<String, Runnable> steps = new LinkedHashMap<>();
        steps.put("host ports", () -> network.closePorts(pod));
        steps.put("network", () -> network.detach(pod));
        steps.put("pause process", () -> pause.remove(pod));
        if (pod.plan().pause().isEmpty()) {
            steps.put("cgroup", () -> cgroups.removeSandbox(pod.cgroupParent(), pod.id()));
        }
        steps.put("namespaces", () -> namespaces.release(pod.plan().pins()));
        steps.put("files", () -> files.remove(pod));
        runAll(pod, steps);
    }

    /** Takes over what earlier daemons had written into the kernel for these pods. */
    public void restore(List<Pod> pods) {
        network.restorePorts(pods);
    }

    /** Whether what a pod holds is still there: it is not after a reboot. */
    public boolean isLive(PodDefinition pod) {
        return files.exist(pod) && pod.plan().pins().paths().values().stream().allMatch(namespaces::isLive);
    }

    private static void runAll(PodDefinition pod, Map<String, Runnable> steps) {
        var releases = new Attempts();
        steps.forEach((what, step) -> releases.make(
                what + " of pod " + pod.name() + " (" + pod.id().abbreviated() + ") could not be given back",
                step::run));
        releases.throwFailures();
    }
}
