package io.crius.runtime.probe;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.Cgroups;
import io.crius.config.CgroupDriver;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.cli.CommandOutcome;
import io.crius.runtime.cli.CommandRunner;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.cli.RuntimeMessages;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.runtime.process.NodeProcesses;
import io.crius.runtime.process.OutputPipes;
import io.crius.runtime.process.PidFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A container of one empty file that is created and deleted but never started. It gets namespaces and cgroups, which is where
 * runtimes refuse nodes.
 */
final class TrialContainer {
    private static final System.Logger LOG = System.getLogger(TrialContainer.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration STALE_LIMIT = Duration.ofSeconds(20);
    private static final Duration GLANCE = Duration.ofMillis(20);
    private static final String COMMAND = "probe";
    private static final String PID_FILE = "pid";

    /** Has the name of the handler that the bundle is for. */
    private static final String HANDLER_FILE = "handler";

    private static final int SIGKILL = 9;

    private final Linux linux;
    private final CommandRunner commands;
    private final RuntimeCommands runtimes = new RuntimeCommands(RuntimePrograms.INSTALLED);
    private final Cgroups cgroups;
    private final Path scratch;

    /** When a container was made: of one that was made before, the number of its process may be another's by now. */
    private enum Made {
        NOW,
        BEFORE
    }

    TrialContainer(Linux linux, CommandRunner commands, Cgroups cgroups, Path scratch) {
        this.linux = linux;
        this.commands = commands;
        this.cgroups = cgroups;
        this.scratch = scratch;
    }

    /** Why the runtime cannot make the container; empty when it can. */
    Optional<String> refusal(RuntimeHandler handler) {
        ContainerId id = ContainerId.random();
        try {
            return make(handler, id);
        } finally {
            remove(handler, id, scratch.resolve(id.value()), Made.NOW);
        }
    }

    /** Why the runtime cannot make this container; empty when it has been made. */
    Optional<String> make(RuntimeHandler handler, ContainerId id) {
        Path bundle = scratch.resolve(id.value());
        try {
            write(handler, bundle, cgroups.containerPath(parent(handler, id), id));
            return create(handler, id, bundle);
        } catch (IOException e) {
            throw new CriusException.Failed("probe runtime " + handler.path() + ": " + e, e);
        }
    }

    /** Compat: a slice is what the systemd driver takes for a parent. */
    private static String parent(RuntimeHandler handler, ContainerId id) {
        return handler.cgroups() == CgroupDriver.SYSTEMD ? "" : "/crius-probe-" + id.abbreviated();
    }

    /**
     * Takes away what daemons left that died during a trial. {@code handlers} knows those that can be asked for it. Takes
     * {@link #STALE_LIMIT} for all, and little more than what one of them takes: what is left then stays for the next start.
     */
    void removeStale(Function<String, Optional<RuntimeHandler>> handlers) {
        Deadline end = Deadline.after(STALE_LIMIT);
        try (Stream<Path> bundles = Files.list(scratch)) {
            for (Path bundle : bundles.toList()) {
                Optional<ContainerId> id = ContainerId.naming(bundle);
                if (id.isPresent() && !end.isOver()) {
                    tryRemoveStale(handlers, id.get(), bundle);
                } else if (id.isPresent()) {
                    LOG.log(WARNING, () -> "an earlier probe's container stays until the next start: " + bundle);
                }
            }
        } catch (NoSuchFileException _) {
            // There was no trial since the node was booted.
            return;
        } catch (IOException e) {
            LOG.log(WARNING, "look for what earlier probes left in " + scratch, e);
        }
    }

    private void tryRemoveStale(Function<String, Optional<RuntimeHandler>> handlers, ContainerId id, Path bundle) {
        try {
            removeStale(handlers, id, bundle);
        } catch (IOException e) {
            LOG.log(WARNING, "left behind by an earlier probe: " + bundle, e);
        }
    }

    private void removeStale(Function<String, Optional<RuntimeHandler>> handlers, ContainerId id, Path bundle)
            throws IOException {
        Path name = bundle.resolve(HANDLER_FILE);
        if (!Files.exists(name) || Files.size(name) == 0) {
            // The first file of all: nothing else had been made.
            removeTree(bundle);
            return;
        }
        Optional<RuntimeHandler> handler = handlers.apply(Files.readString(name));
        if (handler.isPresent()) {
            endCreation(handler.get(), bundle);
            remove(handler.get(), id, bundle, Made.BEFORE);
        } else {
            LOG.log(
                    WARNING,
                    () -> "an earlier probe left container " + id + " of a handler that is not configured any more: "
                            + bundle);
        }
    }

    /**
     * The runtime outlives the daemon that started it; it writes the number of the process when it has made the container. One
     * that does not come so far is killed: it could go on once its container has been deleted.
     */
    private void endCreation(RuntimeHandler handler, Path bundle) throws IOException {
        var processes = new NodeProcesses(linux.processes());
        Deadline end = Deadline.after(LIMIT);
        while (PidFile.read(bundle.resolve(PID_FILE)).isEmpty()
                && !processes.running(handler.path(), bundle.toString()).isEmpty()
                && !end.isOver()) {
            LockSupport.parkNanos(GLANCE.toNanos());
        }
        if (PidFile.read(bundle.resolve(PID_FILE)).isEmpty()) {
            for (ProcessIdentity hanging : processes.running(handler.path(), bundle.toString())) {
                processes.signal(hanging, SIGKILL);
                while (processes.isAlive(hanging) && !end.isOver()) {
                    LockSupport.parkNanos(GLANCE.toNanos());
                }
            }
        }
    }

    private Optional<String> create(RuntimeHandler handler, ContainerId id, Path bundle) {
        try {
            CommandOutcome outcome = commands.run(
                    runtimes.of(
                            handler,
                            "create",
                            "--bundle",
                            bundle.toString(),
                            "--pid-file",
                            bundle.resolve(PID_FILE).toString(),
                            id.value()),
                    Deadline.after(LIMIT));
            return outcome.succeeded() ? Optional.empty() : Optional.of(RuntimeMessages.readable(outcome.stderr()));
        } catch (CriusException.DeadlineExceeded e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void write(RuntimeHandler handler, Path bundle, String cgroupsPath) throws IOException {
        Files.createDirectories(bundle);
        Files.writeString(bundle.resolve(HANDLER_FILE), handler.name());
        Path root = bundle.resolve("rootfs");
        for (String mountPoint : List.of("proc", "dev")) {
            Files.createDirectories(root.resolve(mountPoint));
        }
        Files.createFile(
                root.resolve(COMMAND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.write(bundle.resolve("config.json"), Json.writeBytes(specification(root, cgroupsPath)));
    }

    private static JsonObject specification(Path root, String cgroupsPath) {
        JsonObject user = JsonObject.builder().put("uid", 0).put("gid", 0).build();
        JsonObject process = JsonObject.builder()
                .put("user", user)
                .put("args", JsonArray.ofStrings(List.of("/" + COMMAND)))
                .put("cwd", "/")
                .build();
        // Compat: crun wants the list, runc wants /proc in the container.
        JsonObject proc = JsonObject.builder()
                .put("destination", "/proc")
                .put("type", "proc")
                .put("source", "proc")
                .build();
        JsonArray namespaces = JsonArray.of(
                List.of("pid", "mount"),
                type -> JsonObject.builder().put("type", type).build());
        return JsonObject.builder()
                .put("ociVersion", "1.0.2")
                .put("process", process)
                .put("root", JsonObject.builder().put("path", root.toString()).build())
                .put("mounts", JsonArray.of(List.of(proc), mount -> mount))
                .put(
                        "linux",
                        JsonObject.builder()
                                .put("cgroupsPath", cgroupsPath)
                                .put("namespaces", namespaces)
                                .build())
                .build();
    }

    /** Best effort: what is left is said, and does not make a working runtime unusable. */
    private void remove(RuntimeHandler handler, ContainerId id, Path bundle, Made made) {
        try {
            if (made == Made.NOW) {
                kill(bundle);
            }
            CommandOutcome deleted =
                    commands.run(runtimes.of(handler, "delete", "--force", id.value()), Deadline.after(LIMIT));
            if (!deleted.succeeded() && deleted.meaning() != RuntimeMessages.Meaning.UNKNOWN_CONTAINER) {
                throw new CriusException.Failed(
                        handler.path() + " delete: " + RuntimeMessages.readable(deleted.stderr()));
            }
            if (handler.cgroups() == CgroupDriver.CGROUPFS) {
                cgroups.tree().remove(new CgroupPath(parent(handler, id)));
            }
            removeTree(bundle);
        } catch (IOException | CriusException e) {
            LOG.log(WARNING, "left behind by a probe of " + handler.path() + ": " + bundle, e);
        }
    }

    /**
     * Compat: runc's {@code delete --force} looks only every 100 ms whether what it killed is dead. The number is the
     * process's own for as long as it waits to be started.
     */
    private void kill(Path bundle) throws IOException {
        OptionalLong pid = PidFile.read(bundle.resolve(PID_FILE));
        if (pid.isEmpty()) {
            return;
        }
        try (Fd process = linux.processes().pidfd(pid.getAsLong());
                var nothing = new OutputPipes(linux.descriptors())) {
            linux.processes().signal(process, SIGKILL);
            nothing.readUntil(process, Deadline.after(LIMIT));
            linux.processes().collect(process);
        }
    }

    /** Runtimes make device nodes and folders for what they mount into a root. */
    private static void removeTree(Path bundle) throws IOException {
        if (!Files.isDirectory(bundle)) {
            return;
        }
        try (var found = Files.walk(bundle)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
