package io.crius.runtime.conmon;

import io.crius.model.ContainerId;
import io.crius.runtime.ProcessIdentity;
import java.util.List;

/**
 * A monitor as its own command line tells of it.
 *
 * @param runtime the OCI runtime's program with its arguments
 * @param children the processes whose parent it is: the container's first one, or the runtime that creates it
 */
public record Stray(
        ContainerId container, ProcessIdentity monitor, List<String> runtime, List<ProcessIdentity> children) {
    public Stray {
        runtime = List.copyOf(runtime);
        children = List.copyOf(children);
    }

    /** Whether somebody may be working in the container. */
    public boolean lives() {
        return !children.isEmpty();
    }

    /** What a person would say to end the container. */
    public String endingCommand() {
        return String.join(" ", runtime) + " delete --force " + container;
    }
}
