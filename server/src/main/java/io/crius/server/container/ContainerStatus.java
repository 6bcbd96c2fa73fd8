package io.crius.server.container;

import io.crius.model.ContainerId;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.server.job.Doing;
import io.crius.server.state.Registry;
import java.util.List;
import java.util.Map;

/** ContainerStatus: one container as it is now. Never waits. */
public final class ContainerStatus {
    private final Registry registry;
    private final ContainerFiles files;

    public ContainerStatus(Registry registry, ContainerFiles files) {
        this.registry = registry;
        this.files = files;
    }

    /**
     * The container.
     *
     * @throws io.crius.model.CriusException.NotFound where none bears the id or prefix
     */
    public ContainerView view(String idOrPrefix) {
        return ContainerView.of(registry.container(idOrPrefix));
    }

    /**
     * The verbose part, as JSON under the key {@code info}: sandbox, pid, runtime spec, whether it is privileged, and what is
     * being done with it.
     */
    public Map<String, String> info(ContainerView view) {
        long pid = view.state().alive().map(r -> r.init().pid()).orElse(0L);
        JsonObject info = JsonObject.builder()
                .put("sandboxID", view.definition().pod().value())
                .put("pid", pid)
                .put("runtimeSpec", files.readSpec(view.definition()))
                .put("privileged", view.definition().request().security().privileged())
                .put("now", now(view.definition().bundle().id()))
                .build();
        return Map.of("info", Json.write(info));
    }

    /** Nothing for one that was removed meanwhile. */
    private JsonArray now(ContainerId id) {
        return registry.any(id).map(container -> Doing.of(container.executor())).orElse(JsonArray.ofStrings(List.of()));
    }
}
