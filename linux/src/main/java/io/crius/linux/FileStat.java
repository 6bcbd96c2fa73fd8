package io.crius.linux;

/**
 * What the kernel knows of a file. Kernel: inode(7).
 *
 * @param mode kind and permissions
 * @param device numbers of the device that a device node stands for
 */
public record FileStat(int mode, long uid, long gid, long size, long links, DeviceNumber device) {
    private static final int KIND = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int SYMLINK = 0120000;

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
