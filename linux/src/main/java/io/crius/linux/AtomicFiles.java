package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Files that are, also after a power cut, either as before or as written. Thread-safe.
 *
 * <p>Blocks: until the disk has it; on a native thread while a virtual caller is parked.
 */
public interface AtomicFiles {
    /**
     * Writes a file beside, syncs it, renames it over the target and syncs the folder. A symbolic link at the target is
     * replaced. After a failure the target is as it was, except where only the last sync failed.
     */
    void write(Path target, byte[] content, FileMode mode) throws IOException;

    /** Makes entries of the folder (new, renamed, removed) lasting. */
    void syncFolder(Path folder) throws IOException;
}
