package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Mounts of this process's mount namespace. Thread-safe.
 *
 * <p>Blocks: calls that mount or unmount run on a native thread while a virtual caller is parked; normally some ten
 * microseconds, without limit where a file system's server does not answer. An interrupt does not end such a call, since
 * nobody would know then whether the mount is there; it stays set for the caller.
 */
public interface Mounts {
    /**
     * Mounts a file system, or changes a mount with {@link MountFlag#REMOUNT}. Follows symbolic links in {@code target}.
     *
     * @param data the options of the file system, below 4096 bytes
     */
    void mount(String source, Path target, String type, Set<MountFlag> flags, String data) throws ErrnoException;

    /** Makes {@code source} visible at {@code target}, which must be a folder where the source is one, else a file. */
    void bind(Path source, Path target, Depth depth) throws ErrnoException;

    void propagation(Path target, Propagation propagation, Depth depth) throws ErrnoException;

    /**
     * Mounts an overlay, with any number of layers the kernel takes (500). All or nothing.
     *
     * <p>Kernel: by the new mount calls with {@code lowerdir+} where there are any (6.7), else by mount(2).
     */
    void overlay(OverlayMount overlay) throws ErrnoException;

    /** Unmounts the topmost mount at {@code target}; EINVAL where nothing is mounted. */
    void unmount(Path target, Set<UnmountFlag> flags) throws ErrnoException;

    /** All mounts in the order they were made, except where somebody moved one. */
    List<MountInfo> list() throws IOException;

    /**
     * Whether something is mounted right there; a symbolic link at the end is not followed and is none. False also where
     * nothing exists.
     */
    boolean isMountPoint(Path path) throws IOException;
}
