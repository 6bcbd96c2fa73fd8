package io.crius.linux;

import java.time.Instant;

/**
 * What the kernel knows of a file. Kernel: statx(2).
 *
 * @param mode type and permissions
 * @param deviceMajor of a device node
 * @param deviceMinor of a device node
 * @param filesystem the file system's device number; {@code inode} is unique in it
 * @param blocks space on disk, in 512 bytes
 */
public record FileStat(
        int mode,
        long uid,
        long gid,
        long size,
        long links,
        long deviceMajor,
        long deviceMinor,
        long inode,
        long filesystem,
        long blocks,
        Instant modified,
        Instant changed) {
    private static final int TYPE = 0170000;

    public boolean isRegular() {
        return (mode & TYPE) == 0100000;
    }

    public boolean isDirectory() {
        return (mode & TYPE) == 0040000;
    }

    public boolean isSymlink() {
        return (mode & TYPE) == 0120000;
    }

    public boolean isCharacterDevice() {
        return (mode & TYPE) == 0020000;
    }

    public boolean isBlockDevice() {
        return (mode & TYPE) == 0060000;
    }

    public boolean isFifo() {
        return (mode & TYPE) == 0010000;
    }

    public boolean isSocket() {
        return (mode & TYPE) == 0140000;
    }

    public int permissions() {
        return mode & 07777;
    }
}
