package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** What this kernel and its file systems are and can do. Thread-safe. */
public interface KernelFeatures {
    /**
     * The file system that the path is on.
     *
     * <p>Blocks: on a native thread, for a file system whose server does not answer without limit.
     *
     * @throws ErrnoException ENOENT where there is no such path
     */
    StatFs statFs(Path path) throws IOException;

    KernelVersion version() throws IOException;

    /** Whether the kernel, or a seccomp filter before it, lets us call it. Asks once. */
    boolean has(KernelFeature feature);

    /** The numbers of the capabilities that this process and its children can have at most. Kernel: capabilities(7). */
    Set<Integer> boundingCapabilities() throws IOException;

    /** The highest capability that the kernel knows. */
    int lastCapability() throws IOException;
}
