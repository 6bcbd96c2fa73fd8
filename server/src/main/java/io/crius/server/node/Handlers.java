package io.crius.server.node;

import io.crius.model.CriusException;
import io.crius.runtime.RuntimeHandler;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The OCI runtimes that pods may choose from, by name; the empty name is the default one. Immutable. */
public final class Handlers {
    private final Map<String, RuntimeHandler> byName;
    private final String defaultName;

    public Handlers(Map<String, RuntimeHandler> byName, String defaultName) {
        this.byName = Map.copyOf(byName);
        this.defaultName = defaultName;
    }

    /**
     * The handler that a request names.
     *
     * @throws CriusException.InvalidArgument where there is none of that name
     */
    public RuntimeHandler named(String name) {
        RuntimeHandler handler = byName.get(name.isEmpty() ? defaultName : name);
        if (handler == null) {
            throw new CriusException.InvalidArgument("no runtime handler \"" + (name.isEmpty() ? defaultName : name)
                    + "\" works on this node; there are "
                    + byName.keySet().stream().sorted().toList());
        }
        return handler;
    }

    public Collection<RuntimeHandler> all() {
        return byName.values();
    }

    public Optional<RuntimeHandler> defaultHandler() {
        return Optional.ofNullable(byName.get(defaultName));
    }

    /** Why no container can be made; empty where one can. */
    public Optional<String> problem() {
        return byName.containsKey(defaultName)
                ? Optional.empty()
                : Optional.of("the default OCI runtime \"" + defaultName + "\" was not found on this node");
    }
}
