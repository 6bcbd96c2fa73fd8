package io.crius.image.pull;

import io.crius.model.Digest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a store has on disk, without what differs between two pulls of the same: times, and folders' random names. */
record StoreRecords(Map<String, JsonObject> images, Map<String, JsonObject> layers, Map<String, String> data) {
    static StoreRecords read(Path graphRoot) {
        Map<String, JsonObject> images = new TreeMap<>();
        for (JsonObject image : records(graphRoot.resolve("overlay-images/images.json"))) {
            images.put(image.requireString("id", "image"), comparable(image));
        }
        Map<String, JsonObject> layers = new TreeMap<>();
        for (JsonObject layer : records(graphRoot.resolve("overlay-layers/layers.json"))) {
            layers.put(layer.requireString("id", "layer"), layer.without(Set.of("created")));
        }
        return new StoreRecords(images, layers, data(graphRoot.resolve("overlay-images"), images.keySet()));
    }

    private static List<JsonObject> records(Path file) {
        try {
            JsonArray array = (JsonArray) Json.parse(Files.readAllBytes(file));
            return array.items().stream().map(JsonObject.class::cast).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compat: libraries up to 5.23 note that there are no signatures, and keep an empty item for them; newer ones do not. */
    private static JsonObject comparable(JsonObject image) {
        List<JsonValue> names = new ArrayList<>();
        for (String name : image.strings("big-data-names")) {
            if (!name.startsWith("signature-")) {
                names.add(new io.crius.oci.json.JsonString(name));
            }
        }
        return image.toBuilder()
                .put("big-data-names", new JsonArray(names))
                .put("big-data-sizes", withoutSignatures(image, "big-data-sizes"))
                .put("big-data-digests", withoutSignatures(image, "big-data-digests"))
                .put("metadata", "not compared")
                .build();
    }

    private static JsonObject withoutSignatures(JsonObject image, String key) {
        var kept = new TreeMap<String, JsonValue>();
        image.requireObject(key, "image").fields().forEach((name, value) -> {
            if (!name.startsWith("signature-")) {
                kept.put(name, value);
            }
        });
        return JsonObject.of(kept);
    }

    private static Map<String, String> data(Path folder, Set<String> images) {
        Map<String, String> digests = new TreeMap<>();
        for (String image : images) {
            try (Stream<Path> files = Files.list(folder.resolve(image))) {
                for (Path file : files.toList()) {
                    if (Files.size(file) > 0) {
                        digests.put(
                                image + "/" + file.getFileName(),
                                Digest.sha256Of(Files.readAllBytes(file)).toString());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return digests;
    }
}
