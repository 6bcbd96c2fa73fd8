package io.crius.linux.abi;

import java.util.Locale;

/**
 * System calls. Kernel: x86-64 has a table of its own (arch/x86/entry/syscalls/syscall_64.tbl), arm64 and newer architectures use
 * asm-generic/unistd.h; from 424 on numbers are the same everywhere.
 */
public enum Nr {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    IOCTL(16, 29),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    SOCKET(41, 198),
    CONNECT(42, 203),
    SENDTO(44, 206),
    RECVMSG(47, 212),
    SHUTDOWN(48, 210),
    BIND(49, 200),
    LISTEN(50, 201),
    SOCKETPAIR(53, 199),
    KILL(62, 129),
    FCNTL(72, 25),
    FSYNC(74, 82),
    FDATASYNC(75, 83),
    SYNC_FILE_RANGE(277, 84),
    FTRUNCATE(77, 46),
    CHDIR(80, 49),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    STATFS(137, 43),
    PRCTL(157, 167),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    SETHOSTNAME(170, 161),
    GETTID(186, 178),
    LSETXATTR(189, 6),
    FSETXATTR(190, 7),
    LGETXATTR(192, 9),
    FGETXATTR(193, 10),
    LLISTXATTR(195, 12),
    FLISTXATTR(196, 13),
    LREMOVEXATTR(198, 15),
    FREMOVEXATTR(199, 16),
    GETDENTS64(217, 61),
    EPOLL_CTL(233, 21),
    WAITID(247, 95),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    FCHOWNAT(260, 54),
    UNLINKAT(263, 35),
    LINKAT(265, 37),
    SYMLINKAT(266, 36),
    READLINKAT(267, 78),
    FCHMODAT(268, 53),
    PPOLL(271, 73),
    UNSHARE(272, 97),
    UTIMENSAT(280, 88),
    EPOLL_PWAIT(281, 22),
    ACCEPT4(288, 242),
    EPOLL_CREATE1(291, 20),
    PIPE2(293, 59),
    SYNCFS(306, 267),
    SETNS(308, 268),
    RENAMEAT2(316, 276),
    MEMFD_CREATE(319, 279),
    COPY_FILE_RANGE(326, 285),
    STATX(332, 291),
    PIDFD_SEND_SIGNAL(424, 424),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    PIDFD_OPEN(434, 434),
    OPENAT2(437, 437),
    MOUNT_SETATTR(442, 442),
    FCHMODAT2(452, 452);

    private final int x86;
    private final int generic;
    private final int current;

    Nr(int x86, int generic) {
        this.x86 = x86;
        this.generic = generic;
        this.current = number(Architecture.current());
    }

    /** The number on the architecture this program runs on. */
    public int number() {
        return current;
    }

    /** As manual pages name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public int number(Architecture architecture) {
        return architecture.pick(x86, generic);
    }
}
