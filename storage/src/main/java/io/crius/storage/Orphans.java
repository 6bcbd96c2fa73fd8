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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a dead writer left beside the records: files and folders that are named like a record but have none, and half-written
 * files. For the holder of the lock, under which nobody else is writing. Compat: podman's garbage collection removes the
 * same.
 */
final class Orphans {
    private static final Logger LOG = System.getLogger(Orphans.class.getName());
    private static final Pattern ID = Pattern.compile("([0-9a-f]{64})(\\.tar-split\\.gz)?");

    private Orphans() {}

    /** Names in the folder that begin like a record's but belong to none. */
    static List<String> in(Path folder, Snapshot<?> records) throws IOException {
        var orphans = new ArrayList<String>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                Matcher id = ID.matcher(name);
                boolean nobodys = id.matches() && records.byId(id.group(1)).isEmpty();
                if (nobodys || name.startsWith(".tmp-")) {
                    LOG.log(Level.WARNING, "removing " + entry + ", which no record of the store mentions");
                    orphans.add(name);
                }
            }
        } catch (NoSuchFileException _) {
            // nothing was ever stored
        }
        return orphans;
    }

    static void remove(Path folder, Snapshot<?> records) throws IOException {
        for (String orphan : in(folder, records)) {
            TreeRemoval.remove(folder.resolve(orphan));
        }
    }
}
