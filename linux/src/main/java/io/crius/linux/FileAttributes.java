package io.crius.linux;

import java.time.Instant;
import java.util.Optional;

/**
 * Entries of folders and what they are like, relative to an open folder; a link in the last place is never followed. All
 * calls run inline and may wait for a disk. Thread-safe.
 *
 * <p>Names are single names or relative paths; bytes that are not UTF-8 are as {@link RawNames} has them.
 */
public interface FileAttributes {
    void mkdirAt(Fd folder, String name, int mode) throws ErrnoException;

    /** The mode is cut by the umask of the process, as with mkdirAt. */
    void mknodAt(Fd folder, String name, FileKind kind, int mode, DeviceNumber device) throws ErrnoException;

    void symlinkAt(String target, Fd folder, String name) throws ErrnoException;

    /** A second name for a file, or for a link itself. */
    void linkAt(Fd from, String existing, Fd folder, String name) throws ErrnoException;

    void unlinkAt(Fd folder, String name, UnlinkFlag what) throws ErrnoException;

    /** Moves; replaces a file, or an empty folder, that has the new name. */
    void renameAt(Fd from, String existing, Fd folder, String name) throws ErrnoException;

    FileStat stat(Fd fd) throws ErrnoException;

    FileStat statAt(Fd folder, String name) throws ErrnoException;

    /** Kernel: changing the owner of a file clears its setuid and setgid bits and its capabilities. */
    void chown(Fd fd, long uid, long gid) throws ErrnoException;

    void chownAt(Fd folder, String name, long uid, long gid) throws ErrnoException;

    void chmod(Fd fd, int mode) throws ErrnoException;

    /** Safety: not for links, which this one call does follow. */
    void chmodAt(Fd folder, String name, int mode) throws ErrnoException;

    void utimens(Fd fd, Instant accessed, Instant modified) throws ErrnoException;

    void utimensAt(Fd folder, String name, Instant accessed, Instant modified) throws ErrnoException;

    /** Sets an extended attribute of an open file; not of one opened by {@link OpenFlag#PATH}. */
    void setXattr(Fd fd, String attribute, byte[] value) throws ErrnoException;

    void setXattrAt(Fd folder, String name, String attribute, byte[] value) throws ErrnoException;

    /** The value of an extended attribute; empty where there is none. */
    Optional<byte[]> xattrAt(Fd folder, String name, String attribute) throws ErrnoException;
}
