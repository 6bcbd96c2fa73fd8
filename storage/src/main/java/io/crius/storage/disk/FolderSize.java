package io.crius.storage.disk;

import static java.lang.System.Logger.Level.DEBUG;

import io.crius.linux.DeviceNumber;
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
import org.jspecify.annotations.Nullable;

/**
 * Counts what a folder and all below it take on disk, on its own file system: what is mounted below is left out. What comes and
 * goes meanwhile may or may not be counted. Blocks: on the disk, for as long as the tree is large. Thread-safe.
 */
public class FolderSize {
    private static final System.Logger LOG = System.getLogger(FolderSize.class.getName());
    private static final long BLOCK = 512;
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);

    private final Linux linux;

    public FolderSize(Linux linux) {
        this.linux = linux;
    }

    /**
     * A sum.
     *
     * @param bytes of blocks on the disk
     * @param inodes a file with several names counts once
     */
    public record Size(long bytes, long inodes) {
        public static final Size NOTHING = new Size(0, 0);

        public Size plus(Size other) {
            return new Size(bytes + other.bytes, inodes + other.inodes);
        }
    }

    /** The sum; empty where the folder is not there (any more), or the thread was interrupted, whose flag stays set. */
    public Optional<Size> of(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        var count = new Count();
        count.folders.add(folder);
        for (Path next = count.folders.poll(); next != null; next = count.folders.poll()) {
            if (Thread.currentThread().isInterrupted()) {
                return Optional.empty();
            }
            add(next, count);
        }
        return Optional.of(new Size(count.bytes, count.inodes));
    }

    private static final class Count {
        private final Deque<Path> folders = new ArrayDeque<>();
        private final Set<Long> linked = new HashSet<>();
        private @Nullable DeviceNumber filesystem;
        private long bytes;
        private long inodes;

        /** Whether it is on the file system of the first folder. */
        private boolean isHere(FileStat folder) {
            if (filesystem == null) {
                filesystem = folder.filesystem();
            }
            return filesystem.equals(folder.filesystem());
        }

        /** Kernel: the names of one file have one inode; only a file with several names has to be remembered. */
        private boolean isNew(FileStat stat) {
            return stat.isDirectory() || stat.links() <= 1 || linked.add(stat.inode());
        }
    }

    private void add(Path folder, Count count) {
        try (Fd open = linux.descriptors().open(folder, FOLDER, 0);
                DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            FileStat own = linux.attributes().stat(open);
            if (!count.isHere(own)) {
                return;
            }
            count.bytes += own.blocks() * BLOCK;
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
