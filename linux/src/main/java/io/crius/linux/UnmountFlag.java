package io.crius.linux;

import java.util.Set;

/** Flags of umount2(2). */
public enum UnmountFlag {
    /** Gives up on a server that does not answer (NFS); what was not written is lost. */
    FORCE(1),
    /** Takes the mount out of the tree now, and away when its last user is gone. */
    DETACH(2),
    /** Does not follow the target where it is a link. */
    NOFOLLOW(8);

    private final int bits;

    UnmountFlag(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }

    static int bits(Set<UnmountFlag> flags) {
        return flags.stream().mapToInt(flag -> flag.bits).reduce(0, (a, b) -> a | b);
    }
}
