package io.crius.runtime;

import io.crius.model.ContainerId;
import io.crius.oci.json.JsonObject;
import java.nio.file.Path;

/**
 * A container as its runtime is told of it: {@code config.json} is written and the root filesystem mounted before it is created.
 * Known before the creation and recorded, so that a creation of which the end is unknown can be taken back.
 *
 * @param name the full name, {@code k8s_...}
 * @param folders exist and belong to this container alone
 * @param cgroupParent as kubelet gives it; empty for the node's default
 */
public record ContainerBundle(
        ContainerId id,
        String name,
        RuntimeHandler handler,
        ContainerFolders folders,
        String cgroupParent,
        ContainerLog log,
        ContainerStreams streams,
        PidNamespace pidNamespace) {
    private static final String CONTEXT = "container bundle";

    /** For the daemon's own records; read back by {@link #fromJson}. */
    public JsonObject toJson() {
        return JsonObject.builder()
                .put("id", id.value())
                .put("name", name)
                .put("handler", handler.toJson())
                .put("bundle", folders.bundle().toString())
                .put("persistent", folders.persistent().toString())
                .put("cgroupParent", cgroupParent)
                .put("log", log.path().toString())
                .put("logMaxBytes", log.maxBytes())
                .put("logCopy", log.copy().name())
                .put("streams", streams.name())
                .put("pidNamespace", pidNamespace.name())
                .build();
    }

    public static ContainerBundle fromJson(JsonObject json) {
        return new ContainerBundle(
                new ContainerId(json.requireString("id", CONTEXT)),
                json.requireString("name", CONTEXT),
                RuntimeHandler.fromJson(json.requireObject("handler", CONTEXT)),
                new ContainerFolders(path(json, "bundle"), path(json, "persistent")),
                json.requireString("cgroupParent", CONTEXT),
                new ContainerLog(
                        path(json, "log"),
                        json.integer("logMaxBytes"),
                        json.string("logCopy")
                                .map(word -> Words.parse(ContainerLog.Copy.class, "logCopy", word))
                                .orElse(ContainerLog.Copy.NONE)),
                Words.parse(ContainerStreams.class, "streams", json.requireString("streams", CONTEXT)),
                Words.parse(PidNamespace.class, "pidNamespace", json.requireString("pidNamespace", CONTEXT)));
    }

    private static Path path(JsonObject json, String key) {
        return Path.of(json.requireString(key, CONTEXT));
    }
}
