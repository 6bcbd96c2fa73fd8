package io.crius.storage;

import java.nio.file.Path;

/**
 * A new container whose root is mounted while its records are still on their way to the disk; until they are there no other
 * container is made or removed. For one thread.
 */
public interface MountedContainer extends AutoCloseable {
    Path root();

    /**
     * Waits until the records are on the disk. Blocks as long as the disk does; an interrupt does not end it.
     *
     * @throws io.crius.model.CriusException.Failed they cannot be written: nothing of the container is left in the store, its
     *     mount included
     */
    void awaitRecords();

    /** Waits as well, for one who needs to know no more than that nothing is under way any longer. */
    @Override
    void close();
}
