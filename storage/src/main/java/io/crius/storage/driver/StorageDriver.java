package io.crius.storage.driver;

import io.crius.storage.disk.TempDir;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How trees of layers are kept on disk and shown.
 *
 * <p>A layer has a tree of files that is what its archive says on top of its parent's tree, and a place where that is shown
 * while it is mounted. Trees come in as an archive left them, in a folder beside the layers, with deleted names as devices 0/0
 * and hidden folders marked, and are {@linkplain #settle settled} before the layer is made, without any lock.
 *
 * <p>Layers may also lie in other stores, which are looked up and never written.
 *
 * <p>Not thread-safe: for the holder of {@code layers.lock}, except where it says otherwise.
 */
public interface StorageDriver {
    /** The driver's folder, below which temporary trees are made, so that they can be renamed into a layer. */
    Path home();

    /** The folder of its own layers, each entry of which that is named like a layer is one. */
    Path layers();

    /** Where the layer is, in this or another store; where it would be made if it is in none. Takes no lock. */
    Path folder(String layer);

    /** Makes the driver's folders and mounts, for the holder of {@code storage.lock}. Idempotent. */
    void prepare() throws IOException;

    /** Gives back mounts of the driver's own, under which no layer is mounted. Idempotent. */
    void release() throws IOException;

    /** A new empty folder for an archive to be unpacked into. Takes no lock. */
    void makeStaging(Path folder) throws IOException;

    /**
     * Makes of what was unpacked what {@link #create} puts in place. Takes no lock.
     *
     * <p>Blocks: some drivers copy the parent's tree.
     *
     * @param temp for whatever is made; it outlives the result
     * @throws java.nio.file.NoSuchFileException the parent has gone meanwhile
     */
    NewTree.Staged settle(NewTree.Unpacked unpacked, Optional<String> parent, TempDir temp) throws IOException;

    /**
     * Makes the layer. After a failure a part of it may be there: {@link #discard} takes it away.
     *
     * @return whether its files are given to the owners of the request on disk; else {@link #mount} has to show them so
     */
    Shift create(NewLayer layer) throws IOException;

    /** Whether the files of a layer on disk have the owners of its user namespace. */
    enum Shift {
        ON_DISK,
        BY_MOUNT
    }

    /** Puts another tree in the place of a layer's own, in one step; the old one goes to the trash. */
    void replace(String layer, NewTree.Staged tree, TempDir trash) throws IOException;

    /** What a layer's own tree has in it. */
    enum Trees {
        /** What differs from its parent. */
        DIFFERENCES,
        /** Everything, its parent's files as well. */
        WHOLE
    }

    Trees trees();

    /** The trees to look a file of the layer's archive up in, first match. Takes no lock. */
    List<Path> trees(String layer) throws IOException;

    /** Where the layer is shown when it is mounted. Takes no lock. */
    Path mountPoint(String layer);

    /** Takes no lock. */
    boolean isMounted(String layer) throws IOException;

    void mount(MountRequest request) throws IOException;

    /** Shows the layer read-only at a place that is the caller's to unmount. Takes no lock. */
    void mountAt(String layer, Path target, String label) throws IOException;

    /**
     * Where this process's mount table shows files of the layer now, be it as one of many layers, whoever mounted that. Takes no
     * lock.
     */
    Optional<Path> mountOver(String layer) throws IOException;

    /** Ends the mount, however often it was mounted over; without one it does nothing. */
    void unmount(String layer) throws IOException;

    /** Detaches whatever is mounted in the layer's folder: before it is removed, since removal would go on inside. */
    void unmountAllBelow(String layer) throws IOException;

    /** Takes the layer away, or moves it to the trash; a part or all of it may be missing. */
    void discard(String layer, TempDir trash) throws IOException;

    /** Removes what dead writers left beside the layers. */
    void sweep() throws IOException;
}
