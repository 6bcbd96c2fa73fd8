package io.crius.runtime.exit;

import io.crius.model.ContainerId;

/** Hears how containers end; called on a virtual thread of its own for each event. */
public interface ExitListener {
    /** The container has ended: once for each container that is watched. */
    void exited(ContainerExit exit);

    /**
     * The container runs on, but its monitor is gone: its output breaks off, and how it ends will hardly be known. At most
     * once for each container, and never after {@link #exited}.
     */
    void monitorLost(ContainerId id);
}
