package io.crius.storage.whole;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.StatFs;
import io.crius.model.CriusException;
import io.crius.storage.disk.TempDir;
import io.crius.storage.tree.TreeMerge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Trees as btrfs subvolumes, each a snapshot of its parent's. */
final class SubvolumeTrees implements WholeTrees {
    /** What the kernel says of folders that are no subvolumes, or have some in them: those are removed file by file. */
    private static final Set<Errno> NOT_AT_ONCE = Set.of(Errno.ENOTEMPTY, Errno.EINVAL, Errno.ENOTTY, Errno.EPERM);

    private final Linux linux;

    SubvolumeTrees(Linux linux) {
        this.linux = linux;
    }

    @Override
    public void prepare(Path layers) throws IOException {
        if (linux.features().statFs(layers).type() != StatFs.BTRFS) {
            throw new CriusException.FailedPrecondition("storage driver btrfs: " + layers
                    + " is not on a btrfs file system; put the store on one, or set storage_driver = \"overlay\"");
        }
    }

    @Override
    public void make(Path tree, Optional<Path> parent) throws IOException {
        String name =
                Objects.requireNonNull(tree.getFileName(), "a tree has a name").toString();
        try (Fd folder = linux.descriptors().open(folderOf(tree), WholeTreeDriver.FOLDER, 0)) {
            if (parent.isEmpty()) {
                linux.attributes().makeSubvolume(folder, name);
                return;
            }
            try (Fd source = linux.descriptors().open(parent.get(), WholeTreeDriver.FOLDER, 0)) {
                linux.attributes().snapshot(source, folder, name);
            }
        }
    }

    /** Kernel: rename(2) does not cross subvolumes, but files in them can share their data. */
    @Override
    public TreeMerge.Way way() {
        return TreeMerge.Way.COPY;
    }

    @Override
    public void remove(Path tree, TempDir trash) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        String name =
                Objects.requireNonNull(tree.getFileName(), "a tree has a name").toString();
        try (Fd folder = linux.descriptors().open(folderOf(tree), WholeTreeDriver.FOLDER, 0)) {
            linux.attributes().removeSubvolume(folder, name);
        } catch (ErrnoException e) {
            if (!NOT_AT_ONCE.contains(e.errno())) {
                throw e;
            }
            trash.take(tree);
        }
    }

    private static Path folderOf(Path tree) {
        return Objects.requireNonNull(tree.getParent(), "a tree is in a folder");
    }
}
