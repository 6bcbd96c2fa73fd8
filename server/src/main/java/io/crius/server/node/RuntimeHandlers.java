package io.crius.server.node;

import io.crius.runtime.RuntimeHandler;

/** The OCI runtimes that pods may choose from. */
@FunctionalInterface
public interface RuntimeHandlers {
    /**
     * The handler that a request names; the empty name is the default one.
     *
     * @throws io.crius.model.CriusException.InvalidArgument where it cannot be used, with the reason
     */
    RuntimeHandler named(String name);

    /** What holds for containers of that handler. As {@link #named}. */
    default HandlerRules rules(String name) {
        return HandlerRules.NONE;
    }
}
