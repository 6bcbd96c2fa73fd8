package io.crius.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Extended attributes, of all name spaces. A symbolic link at the end of a path is not followed: it is looked at itself.
 * Thread-safe; calls are short and run inline. Kernel: xattr(7).
 */
public interface ExtendedAttributes {
    void setXattr(Fd file, String name, byte[] value) throws ErrnoException;

    void setXattr(Path path, String name, byte[] value) throws ErrnoException;

    /** Empty where the file has no such attribute, or its file system none at all. */
    Optional<byte[]> getXattr(Fd file, String name) throws ErrnoException;

    /** Empty where the file has no such attribute, or its file system none at all. */
    Optional<byte[]> getXattr(Path path, String name) throws ErrnoException;

    /** The names; none where the file system has no attributes. */
    List<String> listXattr(Fd file) throws ErrnoException;

    /** The names; none where the file system has no attributes. */
    List<String> listXattr(Path path) throws ErrnoException;

    /** @throws ErrnoException ENODATA where there is no such attribute */
    void removeXattr(Fd file, String name) throws ErrnoException;

    /** @throws ErrnoException ENODATA where there is no such attribute */
    void removeXattr(Path path, String name) throws ErrnoException;
}
