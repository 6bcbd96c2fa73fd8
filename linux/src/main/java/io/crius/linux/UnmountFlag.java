package io.crius.linux;

import java.util.Set;

/** Flags of umount2(2). */
public enum UnmountFlag {
    /** Give up on a server that does not answer (NFS); what was not written is lost. */
    FORCE(1),
    /** Take the mount out of sight now, and end it when nobody uses it any more. */
    DETACH(2),
    /** A symbolic link at the end of the path is an error, not followed. */
    NOFOLLOW(8);

    private final int bits;

    UnmountFlag(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }

    static int bits(Set<UnmountFlag> flags) {
        int bits = 0;
        for (UnmountFlag flag : flags) {
            bits |= flag.bits;
        }
        return bits;
    }
}
