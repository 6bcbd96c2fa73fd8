package io.crius.server.sandbox;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.container.ContainerView;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** PodSandboxStatus: one pod as it is now. Never waits. */
public final class PodSandboxStatus {
    private final Registry registry;

    public PodSandboxStatus(Registry registry) {
        this.registry = registry;
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
     * The verbose part, as JSON under the key {@code info}. Compat: a pod without a pause process has no pid there.
     */
    public Map<String, String> info(Pod pod) {
        String network = pod.ready().map(PodState.Ready::cniResult).orElse("");
        Optional<RuntimeContainer> pause = pod.ready().flatMap(PodState.Ready::pause);
        JsonObject info = JsonObject.builder()
                .put("pid", pause.map(p -> OptionalLong.of(p.init().pid())).orElse(OptionalLong.empty()))
                .put("runtimeHandler", pod.definition().handler())
                .put("cgroupParent", pod.definition().cgroupParent())
                .put("cniResult", network)
                .put("runFolder", pod.definition().plan().runFolder().toString())
                .put("givenBack", pod.state() instanceof PodState.Stopped stopped && stopped.givenBack())
                .build();
        return Map.of("info", Json.write(info));
    }
}
