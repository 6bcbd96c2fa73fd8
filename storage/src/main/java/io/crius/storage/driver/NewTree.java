package io.crius.storage.driver;

import java.nio.file.Path;
import java.util.Set;

/** Where the tree of a new layer comes from. */
public sealed interface NewTree {
    /** An empty one, on top of its parent's. */
    record Empty() implements NewTree {}

    /** One that is ready to be renamed into its place. */
    record Staged(Path folder, OwnMode ownMode) implements NewTree {}

    /**
     * What an archive left: not ready yet, see {@link StorageDriver#settle}.
     *
     * @param ownMode whether the archive said what the root is like; otherwise it becomes like the parent's
     * @param implied paths of folders, relative to the root, that the archive only passed through: what they are like is
     *     for the parent's tree to say
     */
    record Unpacked(Path folder, OwnMode ownMode, Set<String> implied) {
        public Unpacked {
            implied = Set.copyOf(implied);
        }
    }

    /** Whether a staged tree keeps the mode and owner of its root. */
    enum OwnMode {
        KEPT,
        OF_PARENT
    }
}
