package io.crius.linux;

import java.time.Instant;

/**
 * Files and what the kernel keeps about them, by open descriptors. Never follows a symbolic link at the end of a name.
 * Thread-safe; calls are short and run inline.
 *
 * <p>On a descriptor opened with {@link OpenFlag#PATH} only {@link #stat} works.
 */
public interface FileAttributes extends FolderEntries, ExtendedAttributes {
    FileStat stat(Fd file) throws ErrnoException;

    /** Kernel: takes the set-user-id, set-group-id bits and capabilities off the file. */
    void chown(Fd file, long uid, long gid) throws ErrnoException;

    void chownAt(Fd folder, String name, long uid, long gid) throws ErrnoException;

    void chmod(Fd file, int mode) throws ErrnoException;

    /** @throws ErrnoException EOPNOTSUPP for a symbolic link: it has no mode of its own */
    void chmodAt(Fd folder, String name, int mode) throws ErrnoException;

    void utimens(Fd file, Instant accessed, Instant modified) throws ErrnoException;

    void utimensAt(Fd folder, String name, Instant accessed, Instant modified) throws ErrnoException;
}
