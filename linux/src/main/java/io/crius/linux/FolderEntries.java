package io.crius.linux;

import java.util.List;

/** Entries of open folders. All calls run inline and may wait for a disk. Thread-safe. */
public interface FolderEntries {
    /** The mode is cut by the umask of the process. */
    void mkdirAt(Fd folder, String name, int mode) throws ErrnoException;

    /** The mode is cut by the umask of the process, as with mkdirAt. */
    void mknodAt(Fd folder, String name, FileKind kind, int mode, DeviceNumber device) throws ErrnoException;

    void symlinkAt(String target, Fd folder, String name) throws ErrnoException;

    /** A second name for a file, or for a link itself. */
    void linkAt(Fd from, String existing, Fd folder, String name) throws ErrnoException;

    void unlinkAt(Fd folder, String name, UnlinkFlag what) throws ErrnoException;

    /** Moves; replaces a file, or an empty folder, that has the new name. */
    default void renameAt(Fd from, String existing, Fd folder, String name) throws ErrnoException {
        renameAt(from, existing, folder, name, RenameFlag.REPLACE);
    }

    void renameAt(Fd from, String existing, Fd folder, String name, RenameFlag flag) throws ErrnoException;

    /**
     * The names in the folder but for {@code .} and {@code ..}, in no order. Reads on from the position of the descriptor, so
     * it is asked once.
     */
    List<String> namesIn(Fd folder) throws ErrnoException;

    String readLinkAt(Fd folder, String name) throws ErrnoException;
}
