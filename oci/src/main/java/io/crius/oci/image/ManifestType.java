package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The kinds of manifests that registries and stores hold. */
public enum ManifestType {
    DOCKER_SCHEMA_1("application/vnd.docker.distribution.manifest.v1+json"),
    DOCKER_SCHEMA_1_SIGNED("application/vnd.docker.distribution.manifest.v1+prettyjws"),
    DOCKER_SCHEMA_2("application/vnd.docker.distribution.manifest.v2+json"),
    DOCKER_LIST("application/vnd.docker.distribution.manifest.list.v2+json"),
    OCI_MANIFEST("application/vnd.oci.image.manifest.v1+json"),
    OCI_INDEX("application/vnd.oci.image.index.v1+json");

    /** What a registry is asked for, in order of preference. */
    public static final List<String> ACCEPTED = List.of(
            OCI_MANIFEST.mediaType,
            DOCKER_SCHEMA_2.mediaType,
            OCI_INDEX.mediaType,
            DOCKER_LIST.mediaType,
            DOCKER_SCHEMA_1_SIGNED.mediaType,
            DOCKER_SCHEMA_1.mediaType);

    private static final List<String> TELLING_FIELDS = List.of("config", "layers", "fsLayers", "history", "manifests");

    private final String mediaType;

    ManifestType(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }

    /** Whether it lists manifests of several platforms. */
    public boolean isIndex() {
        return this == DOCKER_LIST || this == OCI_INDEX;
    }

    public boolean isSchema1() {
        return this == DOCKER_SCHEMA_1 || this == DOCKER_SCHEMA_1_SIGNED;
    }

    /** The type of a media type, without parameters and in any case. */
    public static Optional<ManifestType> ofMediaType(String contentType) {
        int end = contentType.indexOf(';');
        String bare = (end < 0 ? contentType : contentType.substring(0, end)).strip();
        return Arrays.stream(values())
                .filter(type -> type.mediaType.equals(bare.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /**
     * What a manifest without a content type is: for stored ones. Compat: the order of the questions is that of
     * containers/image.
     */
    public static Optional<ManifestType> guess(JsonObject manifest) {
        Optional<ManifestType> said =
                manifest.string("mediaType").flatMap(ManifestType::ofMediaType).filter(type -> !type.isSchema1());
        return said.isPresent() ? said : ofSchemaVersion(manifest);
    }

    private static Optional<ManifestType> ofSchemaVersion(JsonObject manifest) {
        OptionalLong version = manifest.integer("schemaVersion");
        if (version.isEmpty()) {
            return Optional.empty();
        }
        return switch ((int) version.getAsLong()) {
            case 1 -> Optional.of(manifest.has("signatures") ? DOCKER_SCHEMA_1_SIGNED : DOCKER_SCHEMA_1);
            case 2 -> Optional.of(ofSchema2(manifest));
            default -> Optional.empty();
        };
    }

    private static ManifestType ofSchema2(JsonObject manifest) {
        String config = manifest.object("config")
                .flatMap(object -> object.string("mediaType"))
                .orElse("");
        return switch (config) {
            case MediaTypes.OCI_CONFIG -> OCI_MANIFEST;
            case MediaTypes.DOCKER_CONFIG -> DOCKER_SCHEMA_2;
            default -> manifest.objects("manifests").isEmpty() ? OCI_MANIFEST : OCI_INDEX;
        };
    }

    /**
     * Refuses a manifest that another program could take for another type. Safety: one digest must not name two images
     * (CVE-2021-41190).
     */
    void checkUnambiguous(JsonObject manifest) {
        Set<String> own = ownFields();
        for (String field : TELLING_FIELDS) {
            if (manifest.has(field) && !own.contains(field)) {
                throw new CriusException.InvalidArgument(
                        "ambiguous manifest: \"" + field + "\" does not belong in a " + mediaType);
            }
        }
        String said = manifest.string("mediaType").orElse("");
        if (!said.isEmpty() && !said.equals(mediaType)) {
            throw new CriusException.InvalidArgument(
                    "ambiguous manifest: its mediaType is " + said + ", but it is read as " + mediaType);
        }
    }

    private Set<String> ownFields() {
        return switch (this) {
            case DOCKER_SCHEMA_1, DOCKER_SCHEMA_1_SIGNED -> Set.of("fsLayers", "history");
            case DOCKER_SCHEMA_2, OCI_MANIFEST -> Set.of("config", "layers");
            case DOCKER_LIST, OCI_INDEX -> Set.of("manifests");
        };
    }
}
