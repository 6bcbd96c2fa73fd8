package io.crius.acceptance.node;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The cgroup that all pods of a node are in, as kubelet would have made it: below the root of every hierarchy.
 *
 * @param path as the CRI takes it, such as {@code /crius-1a2b}
 */
public record CgroupParent(String path) {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    /** The folders of this cgroup in every hierarchy that has it. */
    private List<Path> folders() throws IOException {
        List<Path> found = new ArrayList<>();
        Path relative = Path.of(path.substring(1));
        if (Files.isDirectory(MOUNT.resolve(relative))) {
            found.add(MOUNT.resolve(relative));
        }
        try (Stream<Path> hierarchies = Files.list(MOUNT)) {
            hierarchies.map(h -> h.resolve(relative)).filter(Files::isDirectory).forEach(found::add);
        }
        return found;
    }

    /** The file of a container's cgroup, where cgroup v1 or v2 has it. Version 1 wants the controller. */
    public Path file(String controller, String cgroup, String file) {
        String relative = cgroup.substring(1);
        Path v1 = MOUNT.resolve(controller).resolve(relative).resolve(file);
        return Files.exists(v1) ? v1 : MOUNT.resolve(relative).resolve(file);
    }

    /** Cgroups below this one, and processes in any of them. */
    List<String> leftovers() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path folder : folders()) {
            below(folder).stream()
                    .filter(f -> !f.equals(folder))
                    .map(f -> "cgroup " + f)
                    .forEach(found::add);
        }
        processes().forEach(pid -> found.add("process " + pid + " in cgroup " + path));
        return found;
    }

    /** All processes in this cgroup and those below. */
    public List<Long> processes() throws IOException {
        TreeSet<Long> pids = new TreeSet<>();
        for (Path folder : folders()) {
            for (Path cgroup : below(folder)) {
                pids.addAll(processesOf(cgroup));
            }
        }
        return List.copyOf(pids);
    }

    private static List<Long> processesOf(Path cgroup) {
        try {
            return Files.readAllLines(cgroup.resolve("cgroup.procs")).stream()
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException _) {
            // It went away meanwhile, or is of a kind that has none.
            return List.of();
        }
    }

    /** Ends what still runs in these cgroups and removes them. */
    void remove() throws Exception {
        for (long pid : processes()) {
            var _ = Command.attempt(List.of("kill", "-KILL", Long.toString(pid)));
        }
        Await.until(
                "the processes in cgroup " + path + " end",
                KILL_LIMIT,
                () -> processes().isEmpty());
        for (Path folder : folders()) {
            for (Path cgroup : below(folder).reversed()) {
                Files.deleteIfExists(cgroup);
            }
        }
    }

    /** A folder and all below it, parents first. */
    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isDirectory)
                    .sorted(Comparator.comparingInt(Path::getNameCount))
                    .toList();
        }
    }
}
