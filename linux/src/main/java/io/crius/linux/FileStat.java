package io.crius.linux;

import java.time.Instant;

/**
 * What the kernel knows of a file. Kernel: inode(7), statx(2).
 *
 * @param mode kind and permissions
 * @param device numbers of the device that a device node stands for
 * @param inode its number, unique in its file system
 * @param filesystem numbers of the device that the file is on
 * @param blocks space on disk, in 512 bytes
 * @param changed when anything about it changed last
 */
public record FileStat(
        int mode,
        long uid,
        long gid,
        long size,
        long links,
        DeviceNumber device,
        long inode,
        DeviceNumber filesystem,
        long blocks,
        Instant accessed,
        Instant modified,
        Instant changed) {
    private static final int KIND = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FIFO = 0010000;
    private static final int DIRECTORY = 0040000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int SYMLINK = 0120000;

    public boolean isRegular() {
        return (mode & KIND) == REGULAR;
    }

    public boolean isFifo() {
        return (mode & KIND) == FIFO;
    }

    public boolean isDirectory() {
        return (mode & KIND) == DIRECTORY;
    }

    public boolean isSymlink() {
        return (mode & KIND) == SYMLINK;
    }

    public boolean isCharacterDevice() {
        return (mode & KIND) == CHARACTER_DEVICE;
    }

    /** Permissions with setuid, setgid and sticky. */
    public int permissions() {
        return mode & 07777;
    }
}
