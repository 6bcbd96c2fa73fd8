package io.crius.server.image;

import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ImageStatus: one image; a name that nothing bears is an empty answer, not an error. */
public final class ImageStatus {
    /** Spec: image-spec 1.1, config.md. */
    private static final List<String> IMAGE_FIELDS = List.of(
            "created",
            "author",
            "architecture",
            "variant",
            "os",
            "os.version",
            "os.features",
            "config",
            "rootfs",
            "history");

    private static final List<String> CONFIG_FIELDS = List.of(
            "User",
            "ExposedPorts",
            "Env",
            "Entrypoint",
            "Cmd",
            "Volumes",
            "WorkingDir",
            "Labels",
            "StopSignal",
            "ArgsEscaped");

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

    /**
     * The verbose part, as JSON under the key {@code info}. Compat: CRI-O's, labels and what the image specification knows of
     * the configuration; nothing for an artifact.
     *
     * @throws CriusException.NotFound the image has gone meanwhile
     */
    public Map<String, String> info(Image image) {
        if (image.kind() == Image.Kind.ARTIFACT) {
            return Map.of();
        }
        JsonObject info = JsonObject.builder()
                .stringMap("labels", catalog.config(image.id()).defaults().labels())
                .put("imageSpec", specified(catalog.configDocument(image.id())))
                .build();
        return Map.of("info", Json.write(info));
    }

    private static JsonObject specified(JsonObject document) {
        JsonObject.Builder known = JsonObject.builder();
        IMAGE_FIELDS.forEach(key -> document.value(key).ifPresent(value -> known.put(key, value)));
        document.object("config").ifPresent(config -> {
            JsonObject.Builder inner = JsonObject.builder();
            CONFIG_FIELDS.forEach(key -> config.value(key).ifPresent(value -> inner.put(key, value)));
            known.put("config", inner.build());
        });
        return known.build();
    }
}
