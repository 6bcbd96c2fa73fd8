package io.crius.linux;

/** What becomes of something that has the new name already. Kernel: renameat2(2). */
public enum RenameFlag {
    /** It is replaced, atomically. */
    REPLACE(0),
    /** It stays, and the rename ends with EEXIST. */
    NOREPLACE(1),
    /** It gets the old name, atomically; it must exist. */
    EXCHANGE(2);

    private final int bits;

    RenameFlag(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }
}
