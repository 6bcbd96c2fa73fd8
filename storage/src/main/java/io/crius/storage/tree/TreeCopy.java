package io.crius.storage.tree;

import io.crius.linux.Fd;
import io.crius.linux.FileStat;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Copies a tree with everything in it, sharing blocks where the file system can; files with several names stay one file. One
 * thread, one use. Blocks: for each file, and for its data where they cannot be shared. Costs two descriptors a level.
 */
public final class TreeCopy {
    static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY, OpenFlag.NOFOLLOW);

    private final Linux linux;
    private final FileCopy files;
    private final Fd target;
    // Where the first name of a file with several was put, relative to the target.
    private final Map<Long, String> linked = new HashMap<>();

    /** Into this open folder, which stays open. */
    public TreeCopy(Fd target, Linux linux) {
        this.target = target;
        this.linux = linux;
        this.files = new FileCopy(linux);
    }

    /** All that is in the folder, and what the folder itself is like. */
    public void copy(Fd source) throws IOException {
        folder(source, target, "");
    }

    private void folder(Fd from, Fd to, String path) throws IOException {
        for (String name : linux.attributes().namesIn(from)) {
            requireGoingOn();
            FileStat stat = linux.attributes().statAt(from, name);
            if (stat.isDirectory()) {
                linux.attributes().mkdirAt(to, name, 0700);
                try (Fd inner = linux.descriptors().openBeneath(from, name, FOLDER, 0);
                        Fd made = linux.descriptors().openBeneath(to, name, FOLDER, 0)) {
                    folder(inner, made, path + name + "/");
                }
            } else {
                place(from, name, stat, new Destination(to, path));
            }
        }
        files.describe(from, linux.attributes().stat(from), to);
    }

    /** A folder below the target, and its path with a slash at the end. */
    record Destination(Fd folder, String path) {}

    /** Puts one file, or one more name of a file that is there. */
    void place(Fd from, String name, FileStat stat, Destination to) throws IOException {
        String first = stat.links() > 1 ? linked.putIfAbsent(stat.inode(), to.path + name) : null;
        if (first == null) {
            files.copy(from, name, stat, to.folder);
            return;
        }
        int slash = first.lastIndexOf('/');
        try (Fd folder = slash < 0
                ? linux.descriptors().duplicate(target)
                : linux.descriptors().openBeneath(target, first.substring(0, slash), FOLDER, 0)) {
            linux.attributes().linkAt(folder, first.substring(slash + 1), to.folder, name);
        }
    }

    static void requireGoingOn() throws InterruptedIOException {
        if (Thread.interrupted()) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while files were copied");
        }
    }
}
