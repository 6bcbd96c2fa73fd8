package io.crius.server.state;

/**
 * Hears of every state that was journaled and published, and of what was forgotten.
 *
 * <p>Called by the thread that changed the object, in the order of the object's changes: it must return at once, and
 * must not throw.
 */
public interface Transitions {
    void changed(Container container, ContainerState before, ContainerState now);

    /** The container is in no list any more; its state is the last it had. */
    void forgotten(Container container);

    void changed(Pod pod, PodState before, PodState now);

    /** The pod is in no list any more; its state is the last it had. */
    void forgotten(Pod pod);
}
