package io.crius.server.recovery;

import io.crius.linux.AtomicFiles;
import io.crius.linux.FileMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are written on the caller's thread and by nobody else, and not synced: the machine they are on does not lose power. */
final class UnsyncedFiles implements AtomicFiles {
    @Override
    public void write(Path target, byte[] content, FileMode mode) throws IOException {
        Path aside = target.resolveSibling("." + target.getFileName());
        Files.write(aside, content);
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void syncFolder(Path folder) {}
}
