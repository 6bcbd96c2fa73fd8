package io.crius.linux;

/**
 * Subvolumes of a btrfs file system, below open folders. All calls run inline and may wait for a disk. Thread-safe. Kernel:
 * btrfs-subvolume(8); the calls of another file system end with ENOTTY.
 */
public interface Subvolumes {
    /** An empty one, mode 0755 less the umask. */
    void makeSubvolume(Fd folder, String name) throws ErrnoException;

    /** One that begins as the other is now, and may be changed. */
    void snapshot(Fd subvolume, Fd folder, String name) throws ErrnoException;

    /**
     * Takes it away with all that is in it; the space comes back later.
     *
     * @throws ErrnoException ENOTEMPTY where other subvolumes are in it, EINVAL or ENOTTY for an ordinary folder
     */
    void removeSubvolume(Fd folder, String name) throws ErrnoException;
}
