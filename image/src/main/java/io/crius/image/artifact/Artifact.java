package io.crius.image.artifact;

import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.ManifestType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An artifact of the node.
 *
 * @param digest of its manifest; its hex digits are the id. Compat: as CRI-O
 * @param names full names by which it was pulled, sorted; empty where another tool left none
 * @param type what it is, as its manifest says: the artifact type, else the media type of its configuration
 * @param size bytes of all its layers and of its configuration
 * @param files what a mount shows
 * @param access whether it can be removed
 */
public record Artifact(
        Digest digest,
        List<String> names,
        String type,
        long size,
        Map<String, String> annotations,
        List<File> files,
        Access access) {
    /** Whether this daemon may change the store that it is in. */
    public enum Access {
        OWNED,
        READ_ONLY
    }

    /**
     * A layer that has a name.
     *
     * @param name relative and safe: no part of it is empty, {@code .} or {@code ..}; may have folders
     * @param path of its content, a regular file that is never written to; do not open it for writing
     */
    public record File(String name, Path path, Digest digest, long size) {}

    /** Compat: the names that layers have, the first that is there counts; the two others are those of model specifications. */
    private static final List<String> NAMES =
            List.of("org.opencontainers.image.title", "org.cncf.model.filepath", "org.cnai.model.filepath");

    public Artifact {
        names = List.copyOf(names);
        annotations = Map.copyOf(annotations);
        files = List.copyOf(files);
    }

    public ImageId id() {
        return new ImageId(digest.hex());
    }

    /** Whether a manifest is one of an artifact. Compat: what can be used as an image is one. */
    public static boolean isOne(ImageManifest manifest) {
        return manifest.type() == ManifestType.OCI_MANIFEST && !manifest.isImage() && !manifest.isMixed();
    }

    static Artifact of(Digest digest, ImageManifest manifest, List<String> names, BlobFolder blobs) {
        return new Artifact(
                digest,
                names.stream().sorted().toList(),
                manifest.artifactType().orElse(manifest.config().mediaType()),
                manifest.config().size()
                        + manifest.layers().stream().mapToLong(Descriptor::size).sum(),
                manifest.annotations(),
                files(manifest, blobs),
                blobs.access());
    }

    /** Safety: a name that leads out of the folder it is mounted in is left out, and so is one that was there before. */
    private static List<File> files(ImageManifest manifest, BlobFolder blobs) {
        List<File> files = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Descriptor layer : manifest.layers()) {
            name(layer)
                    .filter(seen::add)
                    .ifPresent(name ->
                            files.add(new File(name, blobs.path(layer.digest()), layer.digest(), layer.size())));
        }
        return files;
    }

    private static Optional<String> name(Descriptor layer) {
        return NAMES.stream()
                .map(key -> layer.annotations().getOrDefault(key, ""))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .filter(Artifact::isSafe);
    }

    static boolean isSafe(String name) {
        return name.indexOf('\0') < 0
                && List.of(name.split("/", -1)).stream()
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }
}
