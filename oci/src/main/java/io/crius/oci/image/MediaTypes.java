package io.crius.oci.image;

/** Media types of configs and layers. Those of manifests are {@link ManifestType}. */
public final class MediaTypes {
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";
    public static final String OCI_LAYER_ZSTD = OCI_LAYER + "+zstd";
    public static final String OCI_FOREIGN_LAYER = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
    public static final String DOCKER_LAYER_GZIP = DOCKER_LAYER + ".gzip";
    public static final String DOCKER_LAYER_ZSTD = DOCKER_LAYER + ".zstd";
    public static final String DOCKER_FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    private MediaTypes() {}

    /** Whether the type is that of a layer, whatever its compression. */
    public static boolean isLayer(String mediaType) {
        return mediaType.startsWith(OCI_LAYER)
                || mediaType.startsWith(OCI_FOREIGN_LAYER)
                || mediaType.startsWith(DOCKER_LAYER)
                || mediaType.startsWith(DOCKER_FOREIGN_LAYER);
    }
}
