package io.crius.server.sandbox;

import io.crius.cgroup.Cgroups;
import io.crius.linux.PauseProgram;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.PodId;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.ContainerStreams;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.server.container.Traversable;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodName;
import io.crius.server.state.PodRequest;
import io.crius.storage.disk.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;

/**
 * The pause process: the first one of a PID namespace that the containers of a pod share. It is a container that bears
 * the pod's id and is listed nowhere; conmon and its runtime keep it alive while the daemon is away.
 *
 * <p>Thread-safe between pods.
 */
public final class PodPause {
    /** The only file of its root filesystem. */
    static final String PROGRAM = "pause";

    private final ContainerRuntime runtime;
    private final ExitWatcher exits;
    private final PauseSpec specs;
    private final PauseRules rules;

    /** The pod that a pause process is for. */
    record Wanted(PodId id, PodRequest request, RuntimeHandler handler, String cgroupParent, Path runFolder) {}

    public PodPause(ContainerRuntime runtime, ExitWatcher exits, Cgroups cgroups, PauseRules rules) {
        this.runtime = runtime;
        this.exits = exits;
        this.specs = new PauseSpec(cgroups, rules);
        this.rules = rules;
    }

    /** What it will be, for the plan; empty for a pod that needs none. */
    static Optional<ContainerBundle> plan(PauseRules.When when, Wanted wanted) {
        NamespaceMode pid = wanted.request().namespaces().pid();
        if (when == PauseRules.When.NEEDED && pid != NamespaceMode.POD) {
            return Optional.empty();
        }
        Path folder = wanted.runFolder().resolve(PROGRAM);
        return Optional.of(new ContainerBundle(
                new ContainerId(wanted.id().value()),
                name(wanted.request().name()),
                wanted.handler(),
                new ContainerFolders(folder.resolve("bundle"), folder.resolve("persistent")),
                wanted.cgroupParent(),
                ContainerLog.at(folder.resolve("log")),
                ContainerStreams.OUTPUT,
                pid == NamespaceMode.NODE ? PidNamespace.SHARED : PidNamespace.OWN));
    }

    /** Compat: CRI-O's name of it. */
    private static String name(PodName pod) {
        return "k8s_POD_" + pod.unique().substring("k8s_".length());
    }

    /** Starts the process that the plan has; empty where it has none. */
    Optional<RuntimeContainer> start(PodDefinition pod) {
        return pod.plan().pause().map(bundle -> {
            prepare(pod, bundle);
            RuntimeContainer made = runtime.create(bundle);
            runtime.start(made);
            return made;
        });
    }

    /** From now on its end is told, also if it has been. Who is told has to know the pod as ready by then. */
    void watch(RuntimeContainer pause) {
        exits.watch(pause);
    }

    /** Ends it and takes away all that belongs to it. Idempotent. */
    void remove(PodDefinition pod) {
        pod.plan().pause().ifPresent(bundle -> {
            exits.forget(bundle.id());
            runtime.delete(bundle);
            deleteFolder(folder(bundle));
        });
    }

    private void prepare(PodDefinition pod, ContainerBundle bundle) {
        try {
            installProgram();
            Files.createDirectories(bundle.folders().bundle());
            Files.createDirectories(bundle.folders().persistent());
            if (pod.user().isPresent()) {
                Traversable.to(rules.root().resolve(PROGRAM));
                Traversable.to(bundle.folders().bundle().resolve("config.json"));
            }
            Files.write(
                    bundle.folders().bundle().resolve("config.json"),
                    specs.of(pod).toBytes());
        } catch (IOException e) {
            throw new CriusException.Failed("pause process of pod " + pod.name() + ": " + e, e);
        }
    }

    /** Writes the program where it is not there yet, or is another version's. The root filesystem has nothing else in it. */
    private void installProgram() throws IOException {
        Path program = rules.root().resolve(PROGRAM);
        byte[] bytes = PauseProgram.bytes();
        if (Files.isExecutable(program) && Arrays.equals(Files.readAllBytes(program), bytes)) {
            return;
        }
        var open = PosixFilePermissions.fromString("rwxr-xr-x");
        for (String mountPoint : new String[] {"proc", "dev"}) {
            Files.createDirectories(rules.root().resolve(mountPoint));
        }
        Path beside = Files.createTempFile(rules.root(), PROGRAM, ".new");
        Files.write(beside, bytes);
        Files.setPosixFilePermissions(beside, open);
        Files.move(beside, program, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path folder(ContainerBundle bundle) {
        return Optional.ofNullable(bundle.folders().bundle().getParent())
                .orElseThrow(() -> new IllegalStateException("a bundle in the root folder"));
    }

    private static void deleteFolder(Path folder) {
        try {
            TreeRemoval.remove(folder);
        } catch (IOException e) {
            throw new CriusException.Failed("files of a pause process in " + folder + ": " + e, e);
        }
    }
}
