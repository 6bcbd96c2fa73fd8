package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One image, or an artifact that is none: config and layers, base first.
 *
 * @param type DOCKER_SCHEMA_2 or OCI_MANIFEST
 * @param artifactType what the manifest is if not an image
 */
public record ImageManifest(
        ManifestType type,
        Descriptor config,
        List<Descriptor> layers,
        Optional<String> artifactType,
        Optional<Descriptor> subject,
        Map<String, String> annotations)
        implements Manifest {
    public ImageManifest {
        layers = List.copyOf(layers);
        annotations = Map.copyOf(annotations);
    }

    static ImageManifest fromJson(JsonObject json, ManifestType type) {
        return new ImageManifest(
                type,
                json.object("config", Descriptor::fromJson)
                        .orElseThrow(() -> new CriusException.InvalidArgument("manifest: \"config\" is missing")),
                json.objects("layers", Descriptor::fromJson),
                json.string("artifactType").filter(text -> !text.isEmpty()),
                json.object("subject", Descriptor::fromJson),
                json.stringMap("annotations"));
    }

    /** Whether it is an image, as opposed to an artifact. */
    public boolean isImage() {
        return type == ManifestType.DOCKER_SCHEMA_2 || config.mediaType().equals(MediaTypes.OCI_CONFIG);
    }

    /** Whether an OCI manifest has Docker's configuration, which is neither an image nor an artifact. */
    public boolean isMixed() {
        return type == ManifestType.OCI_MANIFEST && config.mediaType().equals(MediaTypes.DOCKER_CONFIG);
    }

    /** Refuses an artifact, and an OCI manifest with Docker's config. Compat: the texts of containers/image. */
    public void requireImage() {
        if (isImage()) {
            return;
        }
        if (isMixed()) {
            throw new CriusException.InvalidArgument(
                    "invalid mixed OCI image with Docker v2s2 config (" + config.mediaType() + ")");
        }
        throw new CriusException.InvalidArgument("unsupported image-specific operation on artifact with type \""
                + artifactType.orElse(config.mediaType()) + "\"");
    }
}
