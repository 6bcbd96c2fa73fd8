package io.crius.storage.whole;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.storage.disk.TempDir;
import io.crius.storage.tree.TreeCopy;
import io.crius.storage.tree.TreeMerge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Trees as plain folders: vfs. Works on every file system, and needs the space of an image for each container. */
final class CopiedTrees implements WholeTrees {
    private final Linux linux;

    CopiedTrees(Linux linux) {
        this.linux = linux;
    }

    @Override
    public void prepare(Path layers) {}

    @Override
    public void make(Path tree, Optional<Path> parent) throws IOException {
        Files.createDirectory(tree);
        if (parent.isPresent()) {
            try (Fd source = linux.descriptors().open(parent.get(), WholeTreeDriver.FOLDER, 0);
                    Fd target = linux.descriptors().open(tree, WholeTreeDriver.FOLDER, 0)) {
                new TreeCopy(target, linux).copy(source);
            }
        }
    }

    @Override
    public TreeMerge.Way way() {
        return TreeMerge.Way.MOVE;
    }

    @Override
    public void remove(Path tree, TempDir trash) throws IOException {
        trash.take(tree);
    }
}
