package io.crius.linux;

/** What unlinkat(2) removes. */
public enum UnlinkFlag {
    FILE(0),
    DIRECTORY(0x200);

    private final int bits;

    UnlinkFlag(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
