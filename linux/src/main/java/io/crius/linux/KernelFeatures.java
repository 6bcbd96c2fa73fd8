package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;

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
}
