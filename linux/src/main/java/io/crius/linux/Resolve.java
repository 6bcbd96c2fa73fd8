package io.crius.linux;

import java.util.Set;

/** How a path may be resolved. Kernel: openat2(2). */
public enum Resolve {
    /** Not onto another mount; also no bind mount. */
    NO_XDEV(0x01),
    /** Not through links such as {@code /proc/self/fd/3}, which jump. */
    NO_MAGICLINKS(0x02),
    /** Through no symbolic link at all; ELOOP. */
    NO_SYMLINKS(0x04),
    /** Not out of the folder, also not for a moment; EXDEV. */
    BENEATH(0x08),
    /** As if the folder were the root: {@code /} and {@code ..} cannot leave it. */
    IN_ROOT(0x10);

    private final int bits;

    Resolve(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }

    static int bits(Set<Resolve> rules) {
        int bits = 0;
        for (Resolve rule : rules) {
            bits |= rule.bits;
        }
        return bits;
    }
}
