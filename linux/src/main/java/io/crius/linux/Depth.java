package io.crius.linux;

/** Whether an operation on a mount concerns the mounts below it too. */
public enum Depth {
    SINGLE(0),
    RECURSIVE(16384);

    private final int bits;

    Depth(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
