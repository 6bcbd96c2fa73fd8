package io.crius.server.container;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where the daemon sees paths of the node: below a prefix, for a daemon that runs in a container itself. Links are
 * followed as the node follows them, so that none leads out of the prefix.
 */
final class NodePaths {
    private static final Path ROOT = Path.of("/");

    /** Kernel: path_resolution(7), more links on one path are a loop. */
    private static final int MOST_LINKS = 40;

    private final Path prefix;

    NodePaths(Path prefix) {
        this.prefix = prefix;
    }

    /** Where a path of the node is seen; links are not followed. */
    Path seen(Path path) {
        return prefix.equals(ROOT)
                ? path
                : prefix.resolve(ROOT.relativize(path)).normalize();
    }

    /** The same with links followed. What does not exist ends the walk: the rest is as it was given. */
    Path real(Path path) throws IOException {
        return prefix.equals(ROOT) ? path.toRealPath() : seen(resolve(path));
    }

    private Path resolve(Path path) throws IOException {
        Deque<Path> rest = new ArrayDeque<>();
        path.forEach(rest::add);
        Path reached = ROOT;
        int links = 0;
        while (!rest.isEmpty()) {
            Path next = reached.resolve(rest.removeFirst()).normalize();
            if (!Files.isSymbolicLink(seen(next))) {
                reached = next;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            Path target = reached.resolve(Files.readSymbolicLink(seen(next)));
            for (int i = target.getNameCount() - 1; i >= 0; i--) {
                rest.addFirst(target.getName(i));
            }
            reached = ROOT;
        }
        return reached;
    }
}
