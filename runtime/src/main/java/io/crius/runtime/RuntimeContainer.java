package io.crius.runtime;

import io.crius.model.ContainerId;
import io.crius.oci.json.JsonObject;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container that an OCI runtime has created: all that is needed to drive it, also after a restart of the daemon.
 *
 * @param init the container's first process
 * @param monitor empty when the monitor was gone already as the creation returned (a container that ended at once)
 */
public record RuntimeContainer(ContainerBundle bundle, ProcessIdentity init, Optional<ProcessIdentity> monitor) {
    public ContainerId id() {
        return bundle.id();
    }

    public RuntimeHandler handler() {
        return bundle.handler();
    }

    public ContainerFolders folders() {
        return bundle.folders();
    }

    public Path logPath() {
        return bundle.log().path();
    }

    /** For the daemon's own records; read back by {@link #fromJson}. */
    public JsonObject toJson() {
        return JsonObject.builder()
                .put("bundle", bundle.toJson())
                .put("init", init.toJson())
                .put("monitor", monitor, ProcessIdentity::toJson)
                .build();
    }

    public static RuntimeContainer fromJson(JsonObject json) {
        return new RuntimeContainer(
                ContainerBundle.fromJson(json.requireObject("bundle", "container")),
                ProcessIdentity.fromJson(json.requireObject("init", "container")),
                json.object("monitor", ProcessIdentity::fromJson));
    }
}
