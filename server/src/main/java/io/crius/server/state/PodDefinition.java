package io.crius.server.state;

import io.crius.model.PodId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What never changes about a pod: the request, and what was decided when it came.
 *
 * @param handler the resolved runtime handler's name, never empty
 * @param hostname the resolved host name
 * @param logDirectory where relative log paths of containers lead
 */
public record PodDefinition(
        PodId id,
        Instant createdAt,
        PodRequest request,
        String handler,
        String hostname,
        Path logDirectory,
        String cgroupParent,
        PodPlan plan) {
    public PodName name() {
        return request.name();
    }

    /** The pod's own user namespace: the request's, else the one that an annotation chose; empty is the node's. */
    public Optional<UserNamespace> user() {
        return request.namespaces().user().or(() -> plan.choices().user());
    }

    /** Whether privileged containers are allowed in this pod. Compat: sharing any host namespace counts. */
    public boolean privileged() {
        return request.security().privileged() || request.namespaces().anyHost();
    }
}
