package io.crius.linux;

import java.util.Set;

/** Flags of mount(2). */
public enum MountFlag {
    READ_ONLY(1),
    NOSUID(1 << 1),
    NODEV(1 << 2),
    NOEXEC(1 << 3),
    SYNCHRONOUS(1 << 4),
    /** Change the flags of a mount that exists; with {@link #BIND} those of the mount point only. */
    REMOUNT(1 << 5),
    DIRSYNC(1 << 7),
    NOSYMFOLLOW(1 << 8),
    NOATIME(1 << 10),
    NODIRATIME(1 << 11),
    BIND(1 << 12),
    RELATIME(1 << 21),
    STRICTATIME(1 << 24),
    LAZYTIME(1 << 25);

    private final int bits;

    MountFlag(int bits) {
        this.bits = bits;
    }

    int bits() {
        return bits;
    }

    static int bits(Set<MountFlag> flags) {
        int bits = 0;
        for (MountFlag flag : flags) {
            bits |= flag.bits;
        }
        return bits;
    }
}
