package io.crius.bench;

import io.crius.acceptance.node.TestNode;
import io.crius.acceptance.target.ContainerdTarget;
import io.crius.acceptance.target.CriusTarget;
import io.crius.client.CriClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server on a node of its own, and what was measured on it. */
record Contestant(String name, TestNode node, Results results) implements AutoCloseable {
    /**
     * Starts a server by the name that people know it by.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    static Contestant start(String name, Path launcher, String pauseImage) throws Exception {
        Path runc = firstExecutable(List.of(Path.of("/usr/sbin/runc"), Path.of("/usr/bin/runc")));
        Path crun = Path.of("/usr/bin/crun");
        TestNode node = switch (name) {
            case "containerd" -> TestNode.start(pauseImage, runc, ContainerdTarget::in);
            case "containerd-crun" -> TestNode.start(pauseImage, crun, ContainerdTarget::in);
            case "crius" -> TestNode.start(pauseImage, runc, settings -> CriusTarget.in(settings, launcher));
            case "crius-crun" -> TestNode.start(pauseImage, crun, settings -> CriusTarget.in(settings, launcher));
            default -> throw new IllegalArgumentException("unknown server " + name);
        };
        return new Contestant(node.target().name(), node, new Results());
    }

    private static Path firstExecutable(List<Path> candidates) {
        return candidates.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("none of " + candidates + " is installed"));
    }

    CriClient client() {
        return node.client();
    }

    @Override
    public void close() throws Exception {
        node.close();
    }
}
