package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** What the running kernel is and gives. Thread-safe. */
public interface KernelFeatures {
    KernelVersion version() throws IOException;

    /** Whether the kernel has it. Asks once. */
    boolean has(KernelFeature feature);

    /**
     * The file system at the path.
     *
     * <p>Blocks: on a native thread while a virtual caller is parked; without limit where a server does not answer.
     */
    StatFs statFs(Path path) throws ErrnoException;

    /** The numbers of the capabilities that this process and its children can have at most. Kernel: capabilities(7). */
    Set<Integer> boundingCapabilities() throws IOException;

    /** The highest capability that the kernel knows. */
    int lastCapability() throws IOException;
}
