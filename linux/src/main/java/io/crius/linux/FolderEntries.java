package io.crius.linux;

/**
 * Entries of an open folder. A name is one component or a path below it; its last component is never followed where it is a
 * symbolic link. What stands before that is followed, so a path from an untrusted source is resolved by
 * {@link Descriptors#openBeneath} first. Thread-safe; calls are short and run inline.
 */
public interface FolderEntries {
    /** Makes a folder; the umask is taken from {@code mode}. */
    void mkdirAt(Fd folder, String name, int mode) throws ErrnoException;

    /** Makes a file, device, FIFO or socket; {@code mode} has the type, and loses the umask. */
    void mknodAt(Fd folder, String name, int mode, long major, long minor) throws ErrnoException;

    void symlinkAt(String target, Fd folder, String name) throws ErrnoException;

    /** A further name for a file; a symbolic link gets a further name itself. */
    void linkAt(Fd oldFolder, String oldName, Fd folder, String name) throws ErrnoException;

    void unlinkAt(Fd folder, String name, UnlinkFlag flag) throws ErrnoException;

    /** Renames, replacing what has the new name. */
    default void renameAt(Fd oldFolder, String oldName, Fd folder, String name) throws ErrnoException {
        renameAt(oldFolder, oldName, folder, name, RenameFlag.REPLACE);
    }

    void renameAt(Fd oldFolder, String oldName, Fd folder, String name, RenameFlag flag) throws ErrnoException;

    String readLinkAt(Fd folder, String name) throws ErrnoException;

    FileStat statAt(Fd folder, String name) throws ErrnoException;
}
