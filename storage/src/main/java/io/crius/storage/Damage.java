package io.crius.storage;

import io.crius.model.LayerId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Layers that were found damaged and not repaired since, with the reason. Thread-safe; outlives no restart. */
final class Damage {
    private final Map<LayerId, String> layers = new ConcurrentHashMap<>();

    void found(LayerId layer, String reason) {
        layers.put(layer, reason);
    }

    void repaired(LayerId layer) {
        layers.remove(layer);
    }

    boolean has(LayerId layer) {
        return layers.containsKey(layer);
    }

    Set<LayerId> layers() {
        return Set.copyOf(layers.keySet());
    }
}
