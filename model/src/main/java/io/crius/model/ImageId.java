package io.crius.model;

import java.nio.file.Path;
import java.util.Optional;

/** The id of an image (for schema 2 and OCI images the digest of its configuration): 64 lower-case hex digits. */
public record ImageId(String value) implements Comparable<ImageId> {
    public ImageId {
        HexId.check("image", value);
    }

    /** The id that a file is named by; empty where it is named otherwise. */
    public static Optional<ImageId> naming(Path file) {
        return HexId.naming(file, ImageId::new);
    }

    /** A fresh random id. */
    public static ImageId random() {
        return new ImageId(HexId.random());
    }

    /** The first twelve characters, as people read it. */
    public String abbreviated() {
        return value.substring(0, 12);
    }

    @Override
    public int compareTo(ImageId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
