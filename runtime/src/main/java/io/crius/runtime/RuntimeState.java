package io.crius.runtime;

import java.util.OptionalLong;

/**
 * What the runtime itself says about a container.
 *
 * @param pid of the first process on the node; empty when it has ended
 */
public record RuntimeState(Status status, OptionalLong pid) {
    /** Spec: runtime-spec, "State"; {@code PAUSED} is what runc and crun add. */
    public enum Status {
        CREATING,
        CREATED,
        RUNNING,
        PAUSED,
        STOPPED
    }
}
