package io.crius.storage;

import io.crius.model.ImageId;
import io.crius.model.LayerId;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a check of the store found wrong.
 *
 * @param layers damaged or incomplete ones, and what is wrong with each
 * @param images that lack a layer or data, and what they lack
 * @param checked how many layers were read to their end
 */
public record StoreFindings(Map<LayerId, String> layers, Map<ImageId, String> images, int checked) {
    public StoreFindings {
        layers = Map.copyOf(layers);
        images = Map.copyOf(images);
    }

    public boolean isClean() {
        return layers.isEmpty() && images.isEmpty();
    }

    /** A line for each finding, in a fixed order. */
    @Override
    public String toString() {
        var lines = new TreeMap<String, String>();
        layers.forEach((id, reason) -> lines.put("layer " + id, reason));
        images.forEach((id, reason) -> lines.put("image " + id, reason));
        var text = new StringBuilder();
        lines.forEach(
                (what, reason) -> text.append(what).append(": ").append(reason).append('\n'));
        return text.isEmpty()
                ? "clean, " + checked + " layers"
                : text.toString().strip();
    }
}
