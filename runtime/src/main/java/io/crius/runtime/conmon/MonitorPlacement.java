package io.crius.runtime.conmon;

import io.crius.runtime.NewContainer;
import java.io.IOException;

/** Moves a monitor into its cgroup before it starts anything, so that its children are born there too. */
@FunctionalInterface
public interface MonitorPlacement {
    /** Monitors stay in the daemon's cgroup. */
    MonitorPlacement NONE = (container, pid) -> {};

    void place(NewContainer container, long pid) throws IOException;
}
