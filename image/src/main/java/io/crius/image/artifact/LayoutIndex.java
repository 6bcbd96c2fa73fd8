package io.crius.image.artifact;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.ManifestType;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The {@code index.json} of an OCI layout. Immutable. What it says beside what is read here is kept:
 * {@snippet lang=json :
 * {"schemaVersion": 2, "manifests": [
 *   {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:...", "size": 500,
 *    "annotations": {"org.opencontainers.image.ref.name": "r.example/models/small:1"}}]}
 * }
 * Compat: the full reference is the name, as containers/image writes it for CRI-O and podman.
 */
final class LayoutIndex {
    private static final String NAME = "org.opencontainers.image.ref.name";
    private static final JsonLimits LIMITS = JsonLimits.DEFAULT.withDocumentBytes(16 << 20);

    private final JsonObject document;
    private final List<JsonObject> entries;

    private LayoutIndex(JsonObject document) {
        this.document = document;
        this.entries = document.objects("manifests");
    }

    /** Of a layout; one that does not exist is empty. */
    static LayoutIndex read(Path file) throws IOException {
        try {
            return new LayoutIndex(Json.parseObject(Files.readAllBytes(file), file.toString(), LIMITS));
        } catch (NoSuchFileException _) {
            return new LayoutIndex(JsonObject.builder().put("schemaVersion", 2).build());
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.DataLoss("artifacts: " + e.getMessage(), e);
        }
    }

    byte[] bytes() {
        return Json.write(document).getBytes(StandardCharsets.UTF_8);
    }

    /** Manifests of artifacts with their names, in the order of the file. What is not understood is left out. */
    Map<Digest, List<String>> manifests() {
        Map<Digest, List<String>> found = new LinkedHashMap<>();
        for (JsonObject entry : entries) {
            digest(entry).ifPresent(digest -> {
                List<String> names = found.computeIfAbsent(digest, _ -> new ArrayList<>());
                name(entry).filter(name -> !names.contains(name)).ifPresent(names::add);
            });
        }
        return found;
    }

    /** Whether {@link #manifests} has all that the layout keeps. */
    boolean isUnderstood() {
        return entries.stream().allMatch(entry -> digest(entry).isPresent());
    }

    private static Optional<Digest> digest(JsonObject entry) {
        try {
            Descriptor descriptor = Descriptor.fromJson(entry);
            boolean manifest = descriptor.mediaType().equals(ManifestType.OCI_MANIFEST.mediaType());
            return manifest ? Optional.of(descriptor.digest()) : Optional.empty();
        } catch (CriusException.InvalidArgument _) {
            return Optional.empty();
        }
    }

    private static Optional<String> name(JsonObject entry) {
        return Optional.ofNullable(entry.stringMap("annotations").get(NAME)).filter(name -> !name.isEmpty());
    }

    /** The same with that manifest under that name, which no other has any more. */
    LayoutIndex with(Digest digest, long size, String name) {
        List<JsonObject> kept = new ArrayList<>(without(named(name)).entries);
        kept.removeIf(entry -> name(entry).isEmpty() && is(entry, digest));
        kept.add(JsonObject.builder()
                .put("mediaType", ManifestType.OCI_MANIFEST.mediaType())
                .put("digest", digest.toString())
                .put("size", size)
                .stringMap("annotations", Map.of(NAME, name))
                .build());
        return with(kept);
    }

    LayoutIndex withoutName(String name) {
        return without(named(name));
    }

    LayoutIndex without(Digest digest) {
        return without(entry -> is(entry, digest));
    }

    private LayoutIndex without(Predicate<JsonObject> unwanted) {
        return with(entries.stream().filter(unwanted.negate()).toList());
    }

    private LayoutIndex with(List<JsonObject> now) {
        return new LayoutIndex(document.toBuilder()
                .put("manifests", JsonArray.of(now, entry -> entry))
                .build());
    }

    private static Predicate<JsonObject> named(String name) {
        return entry -> name(entry).filter(name::equals).isPresent();
    }

    private static boolean is(JsonObject entry, Digest digest) {
        return entry.string("digest").filter(digest.toString()::equals).isPresent();
    }
}
