package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The mount table of this process's mount namespace. Thread-safe; needs CAP_SYS_ADMIN. */
public interface Mounts {
    /**
     * mount(2). {@code data} may be at most a page long.
     *
     * <p>Blocks: for the file system's sake; on a native thread while a virtual caller is parked.
     */
    void mount(String source, Path target, String type, Set<MountFlag> flags, String data) throws IOException;

    /** Shows a file or folder at a second place. */
    void bind(Path source, Path target, Depth depth) throws IOException;

    /**
     * Shows a folder, without the mounts below it, at a second place, where ids of its files are those that the user namespace
     * gives to them: a file of user 0 is one of the namespace's root. Kernel: 5.12, and the file system has to know how.
     *
     * @throws ErrnoException EINVAL or EOPNOTSUPP where the file system cannot, ENOSYS where the kernel cannot
     */
    void bindMapped(Path source, Path target, Fd userNamespace) throws IOException;

    /** Says whether mounts below the target are seen elsewhere, and those made elsewhere here. */
    void propagation(Path target, Propagation propagation, Depth depth) throws IOException;

    /**
     * Mounts layers of folders on top of each other. By the mount API of Linux 6.8 and later, which knows no limit to the
     * number of layers; before, by mount(2), whose page holds some thirty long paths.
     *
     * <p>Blocks: as {@link #mount}.
     */
    void overlay(OverlayMount mount) throws IOException;

    /** umount2(2). Blocks: without {@link UnmountFlag#DETACH} until everything is written. */
    void unmount(Path target, Set<UnmountFlag> flags) throws IOException;

    /** All mounts, in the order in which they were made. */
    List<MountInfo> list() throws IOException;

    /** Whether something is mounted exactly here; false also where nothing exists. Does not follow a last link. */
    boolean isMountPoint(Path path) throws IOException;
}
