package io.crius.image.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.model.Digest;
import io.crius.oci.image.Manifest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The manifest of an image whose layers have been decrypted. Compat: byte by byte as containers/image writes it: known fields
 * only, in Go's order, annotations sorted; of layers only type, digest, size, URLs and annotations.
 */
public final class DecryptedManifest {
    private static final List<String> DESCRIPTOR = List.of("urls", "annotations", "data", "platform", "artifactType");
    private static final List<String> PLATFORM = List.of("architecture", "os", "os.version", "os.features", "variant");
    private static final List<String> LAYER = List.of("urls", "annotations");

    /** What a layer is after it was decrypted. */
    public record Layer(Digest digest, long size) {}

    private DecryptedManifest() {}

    /**
     * Writes the manifest anew.
     *
     * @param manifest of OCI, parsed before
     * @param decrypted by index, base first, from 0; the other layers stay as they are
     */
    public static byte[] of(byte[] manifest, Map<Integer, Layer> decrypted) {
        JsonObject old = Json.parseObject(manifest, "manifest", JsonLimits.DEFAULT.withDocumentBytes(Manifest.LARGEST));
        var fresh = JsonObject.builder();
        copy(old, fresh, List.of("schemaVersion", "mediaType", "artifactType"));
        fresh.put(
                "config",
                old.object("config", config -> descriptor(config, DESCRIPTOR)).orElse(JsonObject.EMPTY));
        List<JsonObject> layers = old.objects("layers");
        List<JsonValue> written = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            written.add(layer(layers.get(i), Optional.ofNullable(decrypted.get(i))));
        }
        fresh.put("layers", new JsonArray(written));
        old.object("subject", subject -> descriptor(subject, DESCRIPTOR))
                .ifPresent(subject -> fresh.put("subject", subject));
        copy(old, fresh, List.of("annotations"));
        return asGo(fresh.build());
    }

    private static JsonObject layer(JsonObject old, Optional<Layer> decrypted) {
        if (decrypted.isEmpty()) {
            return descriptor(old, LAYER);
        }
        JsonObject plain = withoutKeys(old)
                .put("mediaType", ImageKeys.decrypted(old.string("mediaType").orElse("")))
                .put("digest", decrypted.get().digest().toString())
                .put("size", decrypted.get().size())
                .build();
        return descriptor(plain, LAYER);
    }

    private static JsonObject.Builder withoutKeys(JsonObject layer) {
        Map<String, String> annotations = new TreeMap<>(layer.stringMap("annotations"));
        annotations.keySet().removeIf(key -> key.startsWith(WrappedKeys.PREFIX));
        return layer.toBuilder().put("annotations", JsonObject.ofStrings(annotations));
    }

    private static JsonObject descriptor(JsonObject old, List<String> more) {
        var fresh = JsonObject.builder()
                .put("mediaType", old.string("mediaType").orElse(""))
                .put("digest", old.string("digest").orElse(""))
                .put("size", old.integer("size").orElse(0));
        copy(old, fresh, more);
        return fresh.build();
    }

    /** What Go takes for empty is left out. */
    private static void copy(JsonObject old, JsonObject.Builder fresh, List<String> keys) {
        for (String key : keys) {
            old.value(key).filter(value -> !isEmpty(value)).ifPresent(value -> fresh.put(key, ordered(key, value)));
        }
    }

    private static boolean isEmpty(JsonValue value) {
        return switch (value) {
            case JsonObject object -> object.isEmpty();
            case JsonArray(List<JsonValue> items) -> items.isEmpty();
            case JsonString(String text) -> text.isEmpty();
            default -> false;
        };
    }

    private static JsonValue ordered(String key, JsonValue value) {
        if (!(value instanceof JsonObject object)) {
            return value;
        }
        if (!key.equals("platform")) {
            return JsonObject.of(new TreeMap<>(object.fields()));
        }
        var platform = JsonObject.builder();
        copy(object, platform, PLATFORM);
        return platform.build();
    }

    /** Go writes what would be markup in HTML as escapes; such characters are in strings only. */
    private static byte[] asGo(JsonObject json) {
        return Json.write(json)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029")
                .getBytes(UTF_8);
    }
}
