package io.crius.linux;

/**
 * What statfs(2) says of a file system.
 *
 * @param type the magic number of its kind (linux/magic.h)
 * @param blockSize bytes of a block, the unit of the counts of blocks
 * @param availableBlocks those that an unprivileged user may fill
 */
public record StatFs(
        long type, long blockSize, long blocks, long freeBlocks, long availableBlocks, long files, long freeFiles) {
    /** A namespace: what a pin looks like. */
    public static final long NSFS = 0x6e736673;

    public static final long BTRFS = 0x9123683EL;
}
