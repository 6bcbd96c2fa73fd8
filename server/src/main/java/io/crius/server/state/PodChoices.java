package io.crius.server.state;

import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.IdMapping;
import io.crius.server.annotation.WorkloadResources;
import java.util.List;
import java.util.Optional;

/**
 * What annotations and the node decide about a pod beside its request; kept with its plan, so that a changed node
 * changes nothing of what runs.
 *
 * @param sharedMemoryBytes the size of /dev/shm
 * @param user the user namespace that an annotation chose; empty where none did
 * @param labels of SELinux
 * @param pause what the pod's workload class says about its pause process
 */
public record PodChoices(
        long sharedMemoryBytes, Optional<UserNamespace> user, PodLabels labels, WorkloadResources pause) {
    /** Compat: CRI-O's and Docker's size of a pod's shared memory. */
    public static final long USUAL_SHARED_MEMORY = 64 << 20;

    /** Of a pod that nobody decided anything about. */
    public static final PodChoices USUAL =
            new PodChoices(USUAL_SHARED_MEMORY, Optional.empty(), PodLabels.NONE, WorkloadResources.NONE);

    private static final String CONTEXT = "choices of a pod";

    /**
     * As the journal has them:
     *
     * <pre>{@code
     * {"sharedMemory":67108864,"uids":[{"container":0,"host":65536,"size":65536}],"gids":[…],
     *  "processLabel":"system_u:system_r:container_t:s0:c1,c2","fileLabel":"system_u:object_r:container_file_t:s0:c1,c2",
     *  "pause":{"cpuset":"0-1"}}
     * }</pre>
     */
    JsonObject toJson() {
        return JsonObject.builder()
                .put("sharedMemory", sharedMemoryBytes)
                .put("uids", ranges(user.map(UserNamespace::uids).orElse(List.of())))
                .put("gids", ranges(user.map(UserNamespace::gids).orElse(List.of())))
                .put("processLabel", labels.process().map(SelinuxLabel::toString))
                .put("fileLabel", labels.files().map(SelinuxLabel::toString))
                .put("pause", JsonObject.ofStrings(pause.values()))
                .build();
    }

    static PodChoices fromJson(JsonObject json) {
        List<IdMapping> uids = json.objects("uids", PodChoices::range);
        List<IdMapping> gids = json.objects("gids", PodChoices::range);
        return new PodChoices(
                json.requireInteger("sharedMemory", CONTEXT),
                uids.isEmpty() ? Optional.empty() : Optional.of(new UserNamespace(uids, gids)),
                new PodLabels(
                        json.string("processLabel").map(SelinuxLabel::parse),
                        json.string("fileLabel").map(SelinuxLabel::parse)),
                WorkloadResources.of(json.stringMap("pause")));
    }

    private static JsonArray ranges(List<IdMapping> ranges) {
        return JsonArray.of(
                ranges,
                range -> JsonObject.builder()
                        .put("container", range.containerId())
                        .put("host", range.hostId())
                        .put("size", range.size())
                        .build());
    }

    private static IdMapping range(JsonObject json) {
        return new IdMapping(
                json.requireInteger("container", CONTEXT),
                json.requireInteger("host", CONTEXT),
                json.requireInteger("size", CONTEXT));
    }
}
