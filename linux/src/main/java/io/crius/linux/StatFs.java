package io.crius.linux;

/**
 * A file system. Kernel: statfs(2).
 *
 * @param type its magic number
 * @param size in bytes
 * @param free bytes that root may still use
 * @param available bytes that others may still use
 */
public record StatFs(long type, long size, long free, long available, long files, long freeFiles) {
    public static final long NSFS = 0x6e736673;
    public static final long PROC = 0x9fa0;
    public static final long TMPFS = 0x01021994;
    public static final long OVERLAY = 0x794c7630;
    public static final long CGROUP2 = 0x63677270;
    public static final long BTRFS = 0x9123683eL;
    public static final long EXT = 0xef53;
    public static final long XFS = 0x58465342;
    public static final long NFS = 0x6969;
}
