package io.crius.linux;

/**
 * System call numbers. Kernel: x86-64 has a table of its own (arch/x86/entry/syscalls/syscall_64.tbl), arm64 and newer
 * architectures use asm-generic/unistd.h; from 424 on numbers are the same everywhere.
 */
final class Nr {
    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

    static final int READ = pick(0, 63);
    static final int WRITE = pick(1, 64);
    static final int CLOSE = pick(3, 57);
    static final int PREAD = pick(17, 67);
    static final int PWRITE = pick(18, 68);
    static final int IOCTL = pick(16, 29);
    static final int SOCKET = pick(41, 198);
    static final int SENDTO = pick(44, 206);
    static final int SOCKETPAIR = pick(53, 199);
    static final int KILL = pick(62, 129);
    static final int FCNTL = pick(72, 25);
    static final int FSYNC = pick(74, 82);
    static final int FDATASYNC = pick(75, 83);
    static final int FTRUNCATE = pick(77, 46);
    static final int FCHMOD = pick(91, 52);
    static final int FCHOWN = pick(93, 55);
    static final int PRCTL = pick(157, 167);
    static final int SETHOSTNAME = pick(170, 161);
    static final int MOUNT = pick(165, 40);
    static final int UMOUNT2 = pick(166, 39);
    static final int STATFS = pick(137, 43);
    static final int GETTID = pick(186, 178);
    static final int SETXATTR = pick(188, 5);
    static final int LSETXATTR = pick(189, 6);
    static final int FSETXATTR = pick(190, 7);
    static final int LGETXATTR = pick(192, 9);
    static final int FGETXATTR = pick(193, 10);
    static final int LLISTXATTR = pick(195, 12);
    static final int LREMOVEXATTR = pick(198, 15);
    static final int EPOLL_CTL = pick(233, 21);
    static final int WAITID = pick(247, 95);
    static final int OPENAT = pick(257, 56);
    static final int MKDIRAT = pick(258, 34);
    static final int MKNODAT = pick(259, 33);
    static final int FCHOWNAT = pick(260, 54);
    static final int UNLINKAT = pick(263, 35);
    static final int LINKAT = pick(265, 37);
    static final int SYMLINKAT = pick(266, 36);
    static final int READLINKAT = pick(267, 78);
    static final int FCHMODAT = pick(268, 53);
    static final int PPOLL = pick(271, 73);
    static final int UNSHARE = pick(272, 97);
    static final int UTIMENSAT = pick(280, 88);
    static final int EPOLL_PWAIT = pick(281, 22);
    static final int EPOLL_CREATE1 = pick(291, 20);
    static final int PIPE2 = pick(293, 59);
    static final int SYNCFS = pick(306, 267);
    static final int SETNS = pick(308, 268);
    static final int RENAMEAT2 = pick(316, 276);
    static final int STATX = pick(332, 291);
    static final int PIDFD_SEND_SIGNAL = 424;
    static final int OPEN_TREE = 428;
    static final int MOVE_MOUNT = 429;
    static final int FSOPEN = 430;
    static final int FSCONFIG = 431;
    static final int FSMOUNT = 432;
    static final int PIDFD_OPEN = 434;
    static final int OPENAT2 = 437;

    private Nr() {}

    private static int pick(int x86, int generic) {
        return X86 ? x86 : generic;
    }

    /** Whether struct epoll_event is packed, as it is on x86-64 only. */
    static boolean packedEpollEvent() {
        return X86;
    }
}
