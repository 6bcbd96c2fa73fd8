package io.crius.server.sandbox;

import io.crius.cgroup.Cgroups;
import io.crius.model.PodId;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.container.ContainerView;
import io.crius.server.job.Doing;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** PodSandboxStatus: one pod as it is now. Never waits. */
public final class PodSandboxStatus {
    private final Registry registry;
    private final Function<PodId, Optional<String>> owed;
    private final SandboxSpec specs;

    /** @param owed what a pod could not give back, in words */
    public PodSandboxStatus(Registry registry, Cgroups cgroups, Function<PodId, Optional<String>> owed) {
        this.registry = registry;
        this.owed = owed;
        this.specs = new SandboxSpec(cgroups);
    }

    /**
     * The pod.
     *
     * @throws io.crius.model.CriusException.NotFound where no pod bears the id or prefix
     */
    public Pod pod(String idOrPrefix) {
        return registry.pod(idOrPrefix);
    }

    /** The containers of the pod as they are now. */
    public List<ContainerView> containers(Pod pod) {
        return registry.containersOf(pod.id()).stream().map(ContainerView::of).toList();
    }

    /**
     * The verbose part, as JSON under the key {@code info}: {@code runtimeSpec} and, with a pause process, {@code pid}
     * are CRI-O's. {@code now} is what is being done with the pod, {@code owes} what it could not give back, {@code networkProblem}
     * what the plugins say is not as they made it.
     */
    public Map<String, String> info(Pod pod) {
        String network = pod.ready().map(PodState.Ready::cniResult).orElse("");
        Optional<RuntimeContainer> pause = pod.ready().flatMap(PodState.Ready::pause);
        JsonObject info = JsonObject.builder()
                .put("pid", pause.map(p -> OptionalLong.of(p.init().pid())).orElse(OptionalLong.empty()))
                .put("runtimeSpec", spec(pod).toJson())
                .put("memoryLimit", pod.limits().resources().memoryLimit())
                .put("cpuQuota", pod.limits().resources().cpuQuota())
                .put("cpuPeriod", pod.limits().resources().cpuPeriod())
                .put("cpuShares", pod.limits().resources().cpuShares())
                .put("runtimeHandler", pod.definition().handler())
                .put("cgroupParent", pod.definition().cgroupParent())
                .put("cniResult", network)
                .put("runFolder", pod.definition().plan().runFolder().toString())
                .put("givenBack", pod.state() instanceof PodState.Stopped stopped && stopped.givenBack())
                .put("now", Doing.of(pod.executor()))
                .put("networkProblem", pod.networkProblem().orElse(""))
                .put("owes", owed.apply(pod.id()).orElse(""))
                .build();
        return Map.of("info", Json.write(info));
    }

    private RuntimeSpec spec(Pod pod) {
        RuntimeSpec spec = specs.of(pod.definition());
        if (pod.state() instanceof PodState.Ready ready) {
            spec = spec.withAnnotation("io.kubernetes.cri-o.CNIResult", ready.cniResult());
            for (int i = 0; i < ready.ips().size(); i++) {
                spec = spec.withAnnotation(
                        "io.kubernetes.cri-o.IP." + i, ready.ips().get(i));
            }
        }
        return spec;
    }
}
