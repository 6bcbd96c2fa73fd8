package io.crius.server.image;

import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.Map;
import java.util.Optional;

/** ImageStatus: one image; a name that nothing bears is an empty answer, not an error. */
public final class ImageStatus {
    private final ImageCatalog catalog;

    public ImageStatus(ImageCatalog catalog) {
        this.catalog = catalog;
    }

    public Optional<Image> find(String name) {
        if (name.isEmpty()) {
            throw new CriusException.InvalidArgument("no image specified");
        }
        return catalog.find(name);
    }

    /** The verbose part, as JSON under the key {@code info}. */
    public Map<String, String> info(Image image) {
        var config = catalog.config(image.id());
        JsonObject info = JsonObject.builder()
                .stringMap("labels", config.defaults().labels())
                .object(
                        "imageSpec",
                        JsonObject.builder()
                                .put("user", config.defaults().user())
                                .strings("env", config.defaults().env())
                                .strings("entrypoint", config.defaults().entrypoint())
                                .strings("cmd", config.defaults().cmd())
                                .put("workingDir", config.defaults().workingDir())
                                .build())
                .build();
        return Map.of("info", Json.write(info));
    }
}
