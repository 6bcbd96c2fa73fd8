package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.util.Optional;

/** What a tag or a digest of a repository leads to: one image, in a current or the oldest form, or an index of images. */
public sealed interface Manifest permits ImageManifest, ImageIndex, Schema1Manifest {
    /** Compat: larger manifests and configs are refused by containers/image as well. 4 MiB. */
    int LARGEST = 4 << 20;

    ManifestType type();

    /**
     * Parses what a registry answered. The content type decides: a manifest never decides alone what it is.
     *
     * @param contentType the header, with parameters or without
     */
    static Manifest parse(byte[] manifest, String contentType) {
        ManifestType type = ManifestType.ofMediaType(contentType)
                .or(() -> schema1(manifest))
                .orElseThrow(() -> new CriusException.InvalidArgument(
                        "content type \"" + contentType + "\" is not that of an image manifest; is this a registry?"));
        return parse(manifest, type);
    }

    /** Compat: old registries send these as anything. */
    private static Optional<ManifestType> schema1(byte[] manifest) {
        try {
            return ManifestType.guess(json(manifest)).filter(ManifestType::isSchema1);
        } catch (CriusException.InvalidArgument _) {
            return Optional.empty();
        }
    }

    /**
     * The bytes that the digest of a manifest is computed over: all, except for the signatures that one of schema 1 has
     * in itself.
     *
     * @param contentType the header, with parameters or without
     * @throws CriusException.InvalidArgument such signatures cannot be read
     */
    static byte[] digested(byte[] manifest, String contentType) {
        boolean isSchema1 = ManifestType.ofMediaType(contentType)
                .or(() -> schema1(manifest))
                .filter(ManifestType::isSchema1)
                .isPresent();
        return isSchema1 ? Schema1Signature.payload(manifest) : manifest;
    }

    /** Parses a manifest whose type is known. */
    static Manifest parse(byte[] manifest, ManifestType type) {
        return read(json(manifest), type);
    }

    /** Parses a manifest that was stored without its content type. */
    static Manifest parseStored(byte[] manifest) {
        JsonObject json = json(manifest);
        ManifestType type = ManifestType.guess(json)
                .orElseThrow(() -> new CriusException.InvalidArgument(
                        "the manifest is of no known type: neither its mediaType nor its schemaVersion says one"));
        return read(json, type);
    }

    private static JsonObject json(byte[] manifest) {
        return Json.parseObject(manifest, "manifest", JsonLimits.DEFAULT.withDocumentBytes(LARGEST));
    }

    private static Manifest read(JsonObject json, ManifestType type) {
        type.checkUnambiguous(json);
        return switch (type) {
            case DOCKER_SCHEMA_2, OCI_MANIFEST -> ImageManifest.fromJson(json, type);
            case DOCKER_LIST, OCI_INDEX -> ImageIndex.fromJson(json, type);
            case DOCKER_SCHEMA_1, DOCKER_SCHEMA_1_SIGNED -> Schema1Manifest.fromJson(json, type);
        };
    }

    /** This manifest as that of one image of a current form: what an index leads to must not be an index again. */
    default ImageManifest single() {
        return switch (this) {
            case ImageManifest image -> image;
            case Schema1Manifest _ ->
                throw new CriusException.InvalidArgument("a manifest of Docker's schema 1 says nothing of its content");
            case ImageIndex _ ->
                throw new CriusException.InvalidArgument(
                        "Unexpectedly received a manifest list instead of a manifest for a single image");
        };
    }
}
