package io.crius.linux;

import java.util.List;
import java.util.Optional;

/**
 * Extended attributes, of all name spaces, of open files and of entries of open folders; a link has its own. All calls run inline
 * and may wait for a disk. Thread-safe. Kernel: xattr(7).
 *
 * <p>Not of files opened by {@link OpenFlag#PATH}.
 */
public interface ExtendedAttributes {
    void setXattr(Fd fd, String attribute, byte[] value) throws ErrnoException;

    void setXattrAt(Fd folder, String name, String attribute, byte[] value) throws ErrnoException;

    /** The value of an extended attribute; empty where there is none, or the file system has none at all. */
    Optional<byte[]> xattr(Fd fd, String attribute) throws ErrnoException;

    /** As {@link #xattr}. */
    Optional<byte[]> xattrAt(Fd folder, String name, String attribute) throws ErrnoException;

    /** The names of the attributes; none where the file system has none at all. */
    List<String> xattrNames(Fd fd) throws ErrnoException;

    /** As {@link #xattrNames}. */
    List<String> xattrNamesAt(Fd folder, String name) throws ErrnoException;

    /** @throws ErrnoException ENODATA where there is no such attribute */
    void removeXattr(Fd fd, String attribute) throws ErrnoException;

    /** @throws ErrnoException ENODATA where there is no such attribute */
    void removeXattrAt(Fd folder, String name, String attribute) throws ErrnoException;
}
