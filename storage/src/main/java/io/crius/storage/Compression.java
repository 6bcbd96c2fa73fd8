package io.crius.storage;

/** How a layer's blob was compressed, with the number that layers.json has for it. */
public enum Compression {
    NONE(0),
    BZIP2(1),
    GZIP(2),
    XZ(3),
    ZSTD(4);

    private final int code;

    Compression(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
