package io.crius.linux;

import io.crius.linux.abi.Architecture;
import java.util.Set;

/** Flags of open(2). Kernel: two of them differ between x86-64 and arm64. */
public enum OpenFlag {
    RDONLY(0, 0),
    WRONLY(1, 1),
    RDWR(2, 2),
    CREAT(0100, 0100),
    EXCL(0200, 0200),
    TRUNC(01000, 01000),
    APPEND(02000, 02000),
    NONBLOCK(04000, 04000),
    DIRECTORY(0200000, 040000),
    NOFOLLOW(0400000, 0100000),
    PATH(010000000, 010000000);

    private static final int CLOEXEC = 02000000;

    private final int x86;
    private final int arm;
    private final int bits;

    OpenFlag(int x86, int arm) {
        this.x86 = x86;
        this.arm = arm;
        this.bits = bits(Architecture.current());
    }

    int bits(Architecture architecture) {
        return architecture.pick(x86, arm);
    }

    /** The flags together with O_CLOEXEC. */
    static int bits(Set<OpenFlag> flags) {
        int bits = CLOEXEC;
        for (OpenFlag flag : flags) {
            bits |= flag.bits;
        }
        return bits;
    }
}
