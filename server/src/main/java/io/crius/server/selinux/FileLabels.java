package io.crius.server.selinux;

import io.crius.server.state.SelinuxLabel;
import java.nio.file.Path;

/** Sets labels of files. Thread-safe. */
public interface FileLabels {
    /** What is known of a tree whose top has the label already. */
    enum Top {
        /** Nothing: every file is looked at. */
        TELLS_NOTHING,
        /** All of it has the label. */
        TELLS_ALL
    }

    /**
     * Labels a file or a whole tree; no link is followed. Files that have the label are not written. A file system
     * without labels is left as it is.
     *
     * <p>Blocks, for minutes where there are very many files; so it belongs into work that outlives its caller. Repeating it is
     * harmless, and what an interrupted one has left is done by the next.
     *
     * @throws io.crius.model.CriusException.InvalidArgument for a folder of the node itself, such as /usr
     */
    void label(Path top, SelinuxLabel label, Top known);
}
