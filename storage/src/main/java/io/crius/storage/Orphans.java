package io.crius.storage;

import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.record.Snapshot;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a dead writer left beside the records: folders that are named like a record but have none, and half-written files.
 * For the holder of the lock, under which nobody else is writing. Compat: podman's garbage collection removes the same.
 */
final class Orphans {
    private static final Logger LOG = System.getLogger(Orphans.class.getName());
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    private Orphans() {}

    static void remove(Path folder, Snapshot<?> records) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                boolean nobodys =
                        ID.matcher(name).matches() && records.byId(name).isEmpty();
                if (nobodys || name.startsWith(".tmp-")) {
                    LOG.log(Level.WARNING, "removing " + entry + ", which no record of the store mentions");
                    TreeRemoval.remove(entry);
                }
            }
        } catch (NoSuchFileException _) {
            // nothing was ever stored
        }
    }
}
