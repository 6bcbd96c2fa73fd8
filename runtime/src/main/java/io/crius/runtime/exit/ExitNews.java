package io.crius.runtime.exit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Where the watcher hears that exit files appear. */
@FunctionalInterface
public interface ExitNews {
    /** A folder that is watched. */
    interface Watch extends AutoCloseable {
        /** Ends the watch. Idempotent; does not wait. */
        @Override
        void close();
    }

    /**
     * Watches a folder, which is made where it is missing.
     *
     * @param appeared is called with the name of each file that appears, on a thread of its own
     * @param anything is called where files may have appeared that nobody was told of
     */
    Watch watch(Path folder, Consumer<String> appeared, Runnable anything) throws IOException;
}
