package io.crius.storage.disk;

import io.crius.linux.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * Removes trees that somebody else filled. Links are never followed, names may be any bytes, and a tree may be deeper than
 * paths are long. It does cross mount points: the caller sees to it that nothing is mounted below.
 */
public final class TreeRemoval {
    /** Each level costs two descriptors; what is deeper is moved up and removed in the next pass. */
    private static final int DEEPEST = 60;

    private final SecureDirectoryStream<Path> top;
    private long removed;

    private TreeRemoval(SecureDirectoryStream<Path> top) {
        this.top = top;
    }

    /** Removes the file or tree; one that does not exist is no error. */
    public static void remove(Path tree) throws IOException {
        Path parent = tree.toAbsolutePath().getParent();
        Path name = tree.getFileName();
        if (parent == null || name == null) {
            throw new IOException("remove " + tree + ": not below another folder");
        }
        try (SecureDirectoryStream<Path> folder = open(parent)) {
            if (isFolder(folder, name)) {
                removeTree(folder, name);
            } else {
                folder.deleteFile(name);
            }
        } catch (NoSuchFileException _) {
            // it, or its parent, is gone
        }
    }

    /**
     * As {@link #remove}, after whatever is mounted below was taken away: a daemon that died may have left mounts, and what they
     * show lives elsewhere, the whole store for instance.
     */
    public static void removeUnmounted(Path tree, Mounts mounts) throws IOException {
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            MountsBelow.detach(tree, mounts);
        }
        remove(tree);
    }

    private static void removeTree(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        while (true) {
            long progress;
            try (SecureDirectoryStream<Path> top = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                var pass = new TreeRemoval(top);
                for (Path entry : top) {
                    pass.removeEntry(top, entry.getFileName(), 1);
                }
                progress = pass.removed;
            }
            try {
                parent.deleteDirectory(name);
                return;
            } catch (DirectoryNotEmptyException e) {
                // Kernel: a folder read while it changes may hide entries from one pass.
                if (progress == 0) {
                    throw e;
                }
            }
        }
    }

    private void removeEntry(SecureDirectoryStream<Path> folder, Path name, int depth) throws IOException {
        try {
            if (!isFolder(folder, name)) {
                folder.deleteFile(name);
            } else if (depth == DEEPEST) {
                folder.move(name, top, Path.of(".removed-" + RandomName.hex()));
            } else {
                removeFolder(folder, name, depth);
            }
            removed++;
        } catch (NoSuchFileException _) {
            // somebody else removed it, which is what was wanted
        } catch (DirectoryNotEmptyException _) {
            // for the next pass
        }
    }

    private void removeFolder(SecureDirectoryStream<Path> folder, Path name, int depth) throws IOException {
        try (SecureDirectoryStream<Path> inner = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : inner) {
                removeEntry(inner, entry.getFileName(), depth + 1);
            }
        }
        folder.deleteDirectory(name);
    }

    private static boolean isFolder(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
    }

    @SuppressWarnings("StreamResourceLeak") // handed to the caller
    private static SecureDirectoryStream<Path> open(Path folder) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new NotDirectoryException(folder + " cannot be read relative to a descriptor");
    }
}
