package io.crius.model;

/** The id of a layer of the store: 64 lower-case hex digits. */
public record LayerId(String value) implements Comparable<LayerId> {
    public LayerId {
        HexId.check("layer", value);
    }

    /** A fresh random id. */
    public static LayerId random() {
        return new LayerId(HexId.random());
    }

    /** The first twelve characters, as people read it. */
    public String abbreviated() {
        return value.substring(0, 12);
    }

    @Override
    public int compareTo(LayerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
