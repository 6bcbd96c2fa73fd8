package io.crius.model;

import java.nio.file.Path;
import java.util.Optional;

/** The id of a container: 64 lower-case hex digits. */
public record ContainerId(String value) implements Comparable<ContainerId> {
    public ContainerId {
        HexId.check("container", value);
    }

    /** The id that a file is named by; empty where it is named otherwise. */
    public static Optional<ContainerId> naming(Path file) {
        return HexId.naming(file, ContainerId::new);
    }

    /** A fresh random id. */
    public static ContainerId random() {
        return new ContainerId(HexId.random());
    }

    /** The first twelve characters, as people read it. */
    public String abbreviated() {
        return value.substring(0, 12);
    }

    @Override
    public int compareTo(ContainerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
