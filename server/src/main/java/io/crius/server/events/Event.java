package io.crius.server.events;

import io.crius.server.container.ContainerView;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened to a container or a pod.
 *
 * @param sequence counts all events of this daemon from 1
 * @param id the container's, or the pod's for what happened to the pod itself
 * @param at later than that of the event before
 * @param pod empty where the pod of a container is gone already
 */
public record Event(long sequence, Kind kind, String id, Instant at, Optional<PodSnapshot> pod) {
    /** The words of the CRI. */
    public enum Kind {
        CREATED,
        STARTED,
        STOPPED,
        DELETED
    }

    /** A pod and all containers of the pod, also of its earlier sandboxes, just after it happened. */
    public record PodSnapshot(Pod pod, PodState state, List<ContainerView> containers) {
        public PodSnapshot {
            containers = List.copyOf(containers);
        }
    }
}
