package io.crius.server.image;

import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import io.crius.image.pull.PullReport;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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
    private final Function<ImageId, Optional<PullReport>> pulls;

    /** @param pulls how an image came here, where that is known */
    public ImageStatus(ImageCatalog catalog, Function<ImageId, Optional<PullReport>> pulls) {
        this.catalog = catalog;
        this.pulls = pulls;
    }

    public Optional<Image> find(String name) {
        if (name.isEmpty()) {
            throw new CriusException.InvalidArgument("no image specified");
        }
        return catalog.find(name);
    }

    /**
     * The verbose part. Compat: the key {@code info} has what CRI-O shows as JSON, labels and what the image specification
     * knows of the configuration; an artifact has none. The key {@code pull} is ours: where the image came from, and who
     * asked.
     *
     * @throws CriusException.NotFound the image has gone meanwhile
     */
    public Map<String, String> info(Image image) {
        Map<String, String> info = new LinkedHashMap<>();
        if (image.kind() == Image.Kind.IMAGE) {
            info.put("info", Json.write(image(image.id())));
        }
        pulls.apply(image.id()).ifPresent(report -> info.put("pull", Json.write(pull(report))));
        return info;
    }

    private JsonObject image(ImageId id) {
        return JsonObject.builder()
                .stringMap("labels", catalog.config(id).defaults().labels())
                .put("imageSpec", specified(catalog.configDocument(id)))
                .build();
    }

    private static JsonObject pull(PullReport report) {
        return JsonObject.builder()
                .put("reference", report.reference())
                .put("endpoint", report.endpoint())
                .put("asked", report.askedAs())
                .strings("failedBefore", report.failedBefore())
                .put("begun", report.begun().toString())
                .put("milliseconds", report.took().toMillis())
                .put("receivedBytes", report.received())
                .build();
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
