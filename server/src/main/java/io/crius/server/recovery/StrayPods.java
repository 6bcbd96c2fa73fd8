package io.crius.server.recovery;

import static java.lang.System.Logger.Level.INFO;

import io.crius.model.Attempts;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.process.NodeProcesses;
import io.crius.server.explain.Leftover;
import io.crius.server.sandbox.PodFiles;
import io.crius.server.state.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Volatile folders of pods that no journal knows, readable or not, with the memory that is mounted in them. What a process uses,
 * a container that shows the pod's hostname or the monitor of a pause process, is left alone and reported.
 */
public final class StrayPods implements Chore {
    private static final System.Logger LOG = System.getLogger(StrayPods.class.getName());

    private final Registry registry;
    private final NodeProcesses processes;
    private final PodFiles files;
    private final Path folder;

    /** {@code folder} has one for each pod, and is nobody else's. */
    public StrayPods(Registry registry, NodeProcesses processes, PodFiles files, Path folder) {
        this.registry = registry;
        this.processes = processes;
        this.files = files;
        this.folder = folder;
    }

    @Override
    public String name() {
        return "files of pods that no journal knows";
    }

    /** The order matters: a pod is in its journal before it has a folder, so a folder seen first has its journal by then. */
    @Override
    public List<Leftover> run(Attempts removals) {
        try {
            List<Path> existing = folders();
            Set<PodId> known = registry.knownPods();
            List<Path> unknown = existing.stream()
                    .filter(pod ->
                            PodId.naming(pod).filter(id -> !known.contains(id)).isPresent())
                    .toList();
            return unknown.isEmpty() ? List.of() : remove(unknown, processes.usersOf(unknown), removals);
        } catch (IOException e) {
            throw new CriusException.Failed("look for files of pods in " + folder + ": " + e, e);
        }
    }

    private List<Path> folders() throws IOException {
        try (Stream<Path> pods = Files.list(folder)) {
            return pods.toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    private List<Leftover> remove(List<Path> unknown, Map<Path, List<ProcessIdentity>> users, Attempts removals) {
        var left = new ArrayList<Leftover>();
        for (Path pod : unknown) {
            if (users.containsKey(pod)) {
                left.add(left(pod, users.get(pod)));
            } else {
                removals.make("files of an unknown pod", () -> {
                    files.removeStray(pod);
                    LOG.log(INFO, () -> "removed " + pod + " of an unknown pod");
                });
            }
        }
        return left;
    }

    private static Leftover left(Path pod, List<ProcessIdentity> users) {
        return new Leftover(
                Leftover.Kind.ORPHAN,
                pod.getFileName().toString(),
                "the files in " + pod + " of a pod that no journal knows",
                "used by " + users,
                0);
    }
}
