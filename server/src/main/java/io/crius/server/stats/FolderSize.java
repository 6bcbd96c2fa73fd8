package io.crius.server.stats;

import static java.lang.System.Logger.Level.DEBUG;

import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what a folder and all below it take on disk. What comes and goes meanwhile may or may not be counted. Blocks: on the
 * disk, for as long as the tree is large.
 */
class FolderSize {
    private static final System.Logger LOG = System.getLogger(FolderSize.class.getName());
    private static final long BLOCK = 512;
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);

    private final Linux linux;

    FolderSize(Linux linux) {
        this.linux = linux;
    }

    /** A sum. */
    record Size(long bytes, long inodes) {}

    /** The sum; empty where the folder is not there (any more). */
    Optional<Size> of(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        var count = new Count();
        count.folders.add(folder);
        for (Path next = count.folders.poll(); next != null; next = count.folders.poll()) {
            add(next, count);
        }
        return Optional.of(new Size(count.bytes, count.inodes));
    }

    private static final class Count {
        private final Deque<Path> folders = new ArrayDeque<>();
        private final Set<Long> linked = new HashSet<>();
        private long bytes;
        private long inodes;

        /** Kernel: the names of one file have one inode; only a file with several names has to be remembered. */
        private boolean isNew(FileStat stat) {
            return stat.isDirectory() || stat.links() <= 1 || linked.add(stat.inode());
        }
    }

    private void add(Path folder, Count count) {
        try (Fd open = linux.descriptors().open(folder, FOLDER, 0);
                DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            count.bytes += linux.attributes().stat(open).blocks() * BLOCK;
            count.inodes++;
            for (Path entry : entries) {
                addEntry(open, entry, count);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(DEBUG, () -> "counting " + folder + ": " + e.getMessage());
        }
    }

    private void addEntry(Fd folder, Path entry, Count count) {
        try {
            FileStat stat = linux.attributes().statAt(folder, String.valueOf(entry.getFileName()));
            if (stat.isDirectory()) {
                count.folders.add(entry);
            } else if (count.isNew(stat)) {
                count.bytes += stat.blocks() * BLOCK;
                count.inodes++;
            }
        } catch (ErrnoException e) {
            LOG.log(DEBUG, () -> "counting " + entry + ": " + e.getMessage());
        }
    }
}
