package io.crius.linux;

import java.util.Set;

/** Flags of mount(2). */
public enum MountFlag {
    RDONLY(1),
    NOSUID(2),
    NODEV(4),
    NOEXEC(8),
    SYNCHRONOUS(16),
    /** Changes the flags of what is mounted; with {@link #BIND} those of this mount point only. */
    REMOUNT(32),
    NOSYMFOLLOW(256),
    NOATIME(1024),
    NODIRATIME(2048),
    BIND(4096),
    REC(16384),
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
        return flags.stream().mapToInt(flag -> flag.bits).reduce(0, (a, b) -> a | b);
    }
}
