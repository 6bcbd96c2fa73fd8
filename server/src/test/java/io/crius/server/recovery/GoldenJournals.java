package io.crius.server.recovery;

import io.crius.cri.v1.NamespaceMode;
import io.crius.server.state.Container;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Writes the journals that {@code OldJournalsTest} reads: the argument is a folder for them. Run once for each version of the
 * format; what it wrote is never written anew, since that is the point of it.
 */
final class GoldenJournals {
    static final LinuxResources LIMITS = new LinuxResources(
            100_000, 50_000, 512, 1L << 30, 7, 1L << 31, "0-1", "0", List.of(), Map.of("memory.high", "1000000"));

    private GoldenJournals() {}

    public static void main(String[] arguments) throws Exception {
        var node = new TestNode(Files.createDirectories(Path.of("/tmp/crius-golden")));
        node.pid = NamespaceMode.POD;
        try (var daemon = new TestDaemon(node)) {
            Pod web = daemon.runPodNamed("web");
            Container running = daemon.runContainer(web, "main");
            running.limit(LIMITS);
            Container exited = daemon.runContainer(web, "side");
            node.runtime.end(exited.id(), 7);
            exited.over().get(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
            daemon.stopPod(daemon.runPodNamed("db"));
            copy(node.pods(), Path.of(arguments[0]));
        }
    }

    /** Everything below one folder into another. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
