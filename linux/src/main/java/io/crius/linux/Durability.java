package io.crius.linux;

/**
 * What the disk has to have. Thread-safe.
 *
 * <p>Blocks: all but {@link #truncate} and {@link #beginWriting} until the disk has it; on a native thread while a
 * virtual caller is parked. An interrupt does not end the call; it stays set for the caller.
 */
public interface Durability {
    /** The file and what is known about it; of a folder its entries. */
    void fsync(Fd fd) throws ErrnoException;

    /** The file's bytes, and its length. */
    void fdatasync(Fd fd) throws ErrnoException;

    /**
     * Begins to write the file's bytes and does not wait for them: a wait for one of several files that are being written then
     * often serves all of them. Kernel: sync_file_range(2), which alone promises nothing.
     */
    void beginWriting(Fd fd) throws ErrnoException;

    /** Everything of the file system that the descriptor is on. */
    void syncFilesystem(Fd fd) throws ErrnoException;

    /** Makes the file that long; new bytes are zero and take no space. */
    void truncate(Fd fd, long length) throws ErrnoException;
}
