package io.crius.linux;

import java.time.Instant;

/**
 * Files and what they are like, by open descriptors or relative to an open folder; a link in the last place is never followed.
 * All calls run inline and may wait for a disk. Thread-safe.
 *
 * <p>Names are single names or relative paths; bytes that are not UTF-8 are as {@link RawNames} has them. What stands before the
 * last name is followed: a path that somebody else made up is resolved by {@link Descriptors#openBeneath} first.
 */
public interface FileAttributes extends FolderEntries, ExtendedAttributes, Subvolumes {
    FileStat stat(Fd fd) throws ErrnoException;

    FileStat statAt(Fd folder, String name) throws ErrnoException;

    /** Kernel: changing the owner of a file clears its setuid and setgid bits and its capabilities. */
    void chown(Fd fd, long uid, long gid) throws ErrnoException;

    void chownAt(Fd folder, String name, long uid, long gid) throws ErrnoException;

    void chmod(Fd fd, int mode) throws ErrnoException;

    /** @throws ErrnoException EOPNOTSUPP for a link: it has no mode of its own */
    void chmodAt(Fd folder, String name, int mode) throws ErrnoException;

    void utimens(Fd fd, Instant accessed, Instant modified) throws ErrnoException;

    void utimensAt(Fd folder, String name, Instant accessed, Instant modified) throws ErrnoException;
}
