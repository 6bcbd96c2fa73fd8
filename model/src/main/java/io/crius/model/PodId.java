package io.crius.model;

import java.nio.file.Path;
import java.util.Optional;

/** The id of a pod sandbox: 64 lower-case hex digits. */
public record PodId(String value) implements Comparable<PodId> {
    public PodId {
        HexId.check("pod", value);
    }

    /** The id that a file is named by; empty where it is named otherwise. */
    public static Optional<PodId> naming(Path file) {
        return HexId.naming(file, PodId::new);
    }

    /** A fresh random id. */
    public static PodId random() {
        return new PodId(HexId.random());
    }

    /** The first twelve characters, as people read it. */
    public String abbreviated() {
        return value.substring(0, 12);
    }

    @Override
    public int compareTo(PodId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
