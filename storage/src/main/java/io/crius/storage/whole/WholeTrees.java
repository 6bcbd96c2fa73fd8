package io.crius.storage.whole;

import io.crius.storage.disk.TempDir;
import io.crius.storage.tree.TreeMerge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** How a whole tree is made of another one, and taken away. */
interface WholeTrees {
    /** Prepares the folder that the trees are in, which exists. Idempotent. */
    void prepare(Path layers) throws IOException;

    /** Makes a tree: like the parent's, or empty. */
    void make(Path tree, Optional<Path> parent) throws IOException;

    /** How files of another tree of this driver get into one. */
    TreeMerge.Way way();

    /** Takes a tree away, or moves it to the trash; one that is not there is no error. */
    void remove(Path tree, TempDir trash) throws IOException;
}
