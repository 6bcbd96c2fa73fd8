package io.crius.daemon;

import io.crius.linux.FileLocks;
import io.crius.linux.FileLocks.LockKind;
import io.crius.linux.FileLocks.LockMode;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One daemon for each run folder: a second one would take creations under way for leftovers. The lock goes with the process,
 * however that ends; the file stays. It is not in the state folder, whose disk may be one that cannot be written.
 */
final class RunLock implements AutoCloseable {
    private final FileLocks.Held held;

    private RunLock(FileLocks.Held held) {
        this.held = held;
    }

    /**
     * Takes the lock, or says at once that another has it. Nothing else of the node may have been looked at before.
     *
     * @throws CriusException.FailedPrecondition where a daemon with this folder runs
     */
    static RunLock take(Path runFolder, Linux linux) {
        Path file = runFolder.resolve("lock");
        try {
            Files.createDirectories(runFolder);
            return linux.locks()
                    .tryLock(file, LockMode.EXCLUSIVE, LockKind.OFD)
                    .map(RunLock::new)
                    .orElseThrow(() -> new CriusException.FailedPrecondition(
                            "another process holds " + file + ": a daemon with this run_dir is running already"));
        } catch (IOException e) {
            throw new CriusException.Failed("lock " + file + ": " + e, e);
        }
    }

    @Override
    public void close() {
        held.close();
    }
}
