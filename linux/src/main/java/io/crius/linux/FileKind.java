package io.crius.linux;

/** Kinds of files that mknod(2) makes. */
public enum FileKind {
    FIFO(0010000),
    CHARACTER_DEVICE(0020000),
    BLOCK_DEVICE(0060000);

    private final int bits;

    FileKind(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
