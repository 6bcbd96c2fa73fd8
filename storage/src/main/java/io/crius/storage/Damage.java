package io.crius.storage;

import io.crius.model.ImageId;
import io.crius.model.LayerId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Layers and images that were found damaged and not repaired since. Thread-safe; outlives no restart. */
final class Damage {
    private final Map<LayerId, String> layers = new ConcurrentHashMap<>();
    private final Map<ImageId, String> images = new ConcurrentHashMap<>();

    void found(StoreFindings findings) {
        layers.putAll(findings.layers());
        images.putAll(findings.images());
    }

    void repaired(LayerId layer) {
        layers.remove(layer);
    }

    void repaired(ImageId image) {
        images.remove(image);
    }

    boolean isNone() {
        return layers.isEmpty() && images.isEmpty();
    }

    boolean has(LayerId layer) {
        return layers.containsKey(layer);
    }

    Optional<String> of(ImageId image) {
        return Optional.ofNullable(images.get(image));
    }
}
