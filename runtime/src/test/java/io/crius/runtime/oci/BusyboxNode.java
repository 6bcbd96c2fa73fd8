package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupfsCgroups;
import io.crius.cgroup.Cgroups;
import io.crius.config.CgroupDriver;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.Processes;
import io.crius.model.ContainerId;
import io.crius.model.Ticker;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.ContainerStreams;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeHandler.MonitorOptions;
import io.crius.runtime.RuntimeHandler.MonitorProgram;
import io.crius.runtime.cli.SealedPrograms;
import io.crius.runtime.conmon.MonitorPlaces;
import io.crius.runtime.exit.ExitListener;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.runtime.process.Orphans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node of its own in a temporary folder: places for monitors, a root filesystem of busybox, bundles, and one OCI
 * runtime. Closing deletes what tests left and fails where anything of it is still on the machine.
 */
final class BusyboxNode implements AutoCloseable {
    private static final Duration GONE = Duration.ofSeconds(10);
    private static final List<String> APPLETS = List.of(
            "sh", "sleep", "cat", "echo", "true", "false", "kill", "dd", "yes", "head", "printf", "id", "tail", "nohup",
            "setsid", "seq");

    final Linux linux = Linux.real();
    final Path root;
    final RuntimeHandler handler;
    final MonitorPlaces places;
    final SealedPrograms programs;
    final OciRuntime runtime;
    final Ends ends = new Ends();
    private final String cgroup;
    private final Cgroups cgroups = new CgroupfsCgroups(CgroupTree.of(CgroupLayout.detect()));
    private final Orphans orphans;
    private final ExitWatcher watcher;
    private final List<ContainerBundle> made = new CopyOnWriteArrayList<>();
    private final long descriptors = Fd.openCount();

    private BusyboxNode(Path root, String name, Path program) throws IOException {
        this.root = root;
        this.cgroup = "crius-runtime-it-" + root.getFileName();
        this.handler = handler(name, program, root.resolve("state"), Duration.ofSeconds(60));
        this.places = new MonitorPlaces(root.resolve("exits"), root.resolve("attach"), "info");
        this.programs = new SealedPrograms(linux, root.resolve("programs"), Ticker.system());
        makeRootFilesystem();
        this.orphans = Orphans.adopt(linux.processes(), Duration.ofMillis(500));
        this.runtime = new OciRuntime(linux, programs, cgroups, places);
        this.watcher = watcher(ends);
    }

    /** A node for the program; skips the test where something is missing, or where the program refuses to work here. */
    static BusyboxNode open(Path program) throws IOException {
        for (Path needed : List.of(program, Path.of("/usr/bin/conmon"), Path.of("/usr/bin/busybox"))) {
            assumeTrue(Files.isExecutable(needed), needed + " is not installed");
        }
        var node = new BusyboxNode(
                Files.createTempDirectory("crius-runtime"),
                program.getFileName().toString(),
                program);
        return node;
    }

    static RuntimeHandler withMonitor(RuntimeHandler handler, Path monitor) {
        var program = new MonitorProgram(monitor, handler.monitor().environment(), MonitorOptions.DEFAULT);
        return new RuntimeHandler(
                handler.name(), handler.path(), handler.root(), handler.cgroups(), program, handler.createTimeout());
    }

    /** The same runtime with other ways to start programs. */
    OciRuntime runtime(Processes processes) {
        return new OciRuntime(linux.withProcesses(processes), programs, cgroups, places);
    }

    CgroupTree cgroupTree() {
        return cgroups.tree();
    }

    JsonObject withMemoryLimit(JsonObject specification, long bytes) {
        JsonObject memory =
                JsonObject.builder().put("limit", bytes).put("swap", bytes).build();
        JsonObject resources = JsonObject.builder().put("memory", memory).build();
        return specification.toBuilder()
                .put(
                        "linux",
                        specification.requireObject("linux", "specification").toBuilder()
                                .put("resources", resources)
                                .build())
                .build();
    }

    long memoryLimit(ContainerBundle container) throws IOException {
        String path = cgroup + "/crio-" + container.id();
        Path v1 = Path.of("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes");
        Path file = Files.exists(v1) ? v1 : Path.of("/sys/fs/cgroup", path, "memory.max");
        return Long.parseLong(Files.readString(file).strip());
    }

    List<String> filesOf(ContainerBundle container) {
        return children(container.folders().bundle()).stream()
                .map(file -> file.getFileName().toString())
                .sorted()
                .toList();
    }

    /** Whether a process of this node's containers has the words, separated by NUL, in its command line. */
    boolean isRunning(String words) {
        return children(Path.of("/proc")).stream()
                .filter(folder -> read(folder.resolve("cgroup")).contains(cgroup))
                .anyMatch(folder -> read(folder.resolve("cmdline")).contains(words));
    }

    /** Its words, separated by NUL; empty where there is no such process. */
    static String commandLine(long pid) {
        return read(Path.of("/proc", Long.toString(pid), "cmdline"));
    }

    /** Starts a command as a daemon that died would have. */
    void execDetached(RuntimeContainer container, Path pidFile, String... command) throws Exception {
        Path process = pidFile.resolveSibling("exec-0123.json");
        JsonObject own = Json.parseObject(
                        Files.readAllBytes(container.folders().bundle().resolve("config.json")), "config.json")
                .requireObject("process", "config.json");
        Files.write(
                process,
                Json.writeBytes(own.toBuilder()
                        .put("args", JsonArray.ofStrings(List.of(command)))
                        .build()));
        int status = new ProcessBuilder(
                        handler.path().toString(),
                        "--root",
                        handler.root().toString(),
                        "exec",
                        "--pid-file",
                        pidFile.toString(),
                        "--process",
                        process.toString(),
                        "--detach",
                        container.id().value())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError(handler.path() + " exec ended with " + status);
        }
    }

    /** Waits until the container has written the text. */
    void awaitLog(RuntimeContainer container, String text) throws InterruptedException {
        String log = Conditions.await(GONE, () -> read(container.logPath()), content -> content.contains(text));
        if (!log.contains(text)) {
            throw new AssertionError("container " + container.id() + " did not write " + text + " but " + log);
        }
    }

    static RuntimeHandler handler(String name, Path program, Path root, Duration createTimeout) {
        var monitor = new MonitorProgram(
                Path.of("/usr/bin/conmon"),
                List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                MonitorOptions.DEFAULT);
        return new RuntimeHandler(name, program, root, CgroupDriver.CGROUPFS, monitor, createTimeout);
    }

    ExitWatcher watcher() {
        return watcher;
    }

    /** Another daemon's watcher over the same folder. */
    ExitWatcher watcher(ExitListener listener) {
        return ExitWatcher.open(linux, places.exitDir(), listener, Duration.ofSeconds(2));
    }

    private void makeRootFilesystem() throws IOException {
        for (String folder : List.of("bin", "proc", "sys", "dev", "tmp", "etc")) {
            Files.createDirectories(rootFilesystem().resolve(folder));
        }
        Path busybox = rootFilesystem().resolve("bin/busybox");
        Files.copy(Path.of("/usr/bin/busybox"), busybox);
        for (String applet : APPLETS) {
            Files.createSymbolicLink(busybox.resolveSibling(applet), Path.of("busybox"));
        }
    }

    Path rootFilesystem() {
        return root.resolve("rootfs");
    }

    ContainerBundle bundle(String... command) {
        return bundle(UnaryOperator.identity(), command);
    }

    ContainerBundle shell(String script) {
        return bundle("/bin/sh", "-c", script);
    }

    /** A bundle whose specification went through {@code change}. */
    ContainerBundle bundle(UnaryOperator<JsonObject> change, String... command) {
        return bundle(handler, change, command);
    }

    ContainerBundle bundle(RuntimeHandler with, UnaryOperator<JsonObject> change, String... command) {
        ContainerId id = ContainerId.random();
        var folders = new ContainerFolders(
                root.resolve("bundles").resolve(id.abbreviated()),
                root.resolve("persistent").resolve(id.abbreviated()));
        try {
            Files.createDirectories(folders.bundle());
            Files.createDirectories(folders.persistent());
            Files.write(
                    folders.bundle().resolve("config.json"),
                    Json.writeBytes(change.apply(specification(id, List.of(command)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var container = new ContainerBundle(
                id,
                "k8s_test_" + id.abbreviated(),
                with,
                folders,
                cgroup,
                ContainerLog.at(root.resolve(id.abbreviated() + ".log")),
                ContainerStreams.OUTPUT,
                PidNamespace.OWN);
        made.add(container);
        return container;
    }

    /** The same with another place for its log. */
    ContainerBundle loggingTo(Path log, ContainerBundle bundle) {
        var container = new ContainerBundle(
                bundle.id(),
                bundle.name(),
                bundle.handler(),
                bundle.folders(),
                bundle.cgroupParent(),
                ContainerLog.at(log),
                bundle.streams(),
                bundle.pidNamespace());
        made.replaceAll(each -> each.equals(bundle) ? container : each);
        return container;
    }

    private JsonObject specification(ContainerId id, List<String> command) {
        JsonArray capabilities = JsonArray.ofStrings(List.of("CAP_KILL", "CAP_CHOWN"));
        JsonObject process = JsonObject.builder()
                .put("terminal", false)
                .put("user", JsonObject.builder().put("uid", 0).put("gid", 0).build())
                .put("args", JsonArray.ofStrings(command))
                .put("env", JsonArray.ofStrings(List.of("PATH=/bin", "COLOUR=green")))
                .put("cwd", "/")
                .put(
                        "capabilities",
                        JsonObject.builder()
                                .put("bounding", capabilities)
                                .put("effective", capabilities)
                                .put("permitted", capabilities)
                                .build())
                .build();
        JsonObject linuxPart = JsonObject.builder()
                .put("cgroupsPath", cgroups.containerPath(cgroup, id))
                .put(
                        "namespaces",
                        JsonArray.of(
                                List.of("pid", "mount", "ipc", "uts"),
                                type -> JsonObject.builder().put("type", type).build()))
                .build();
        return JsonObject.builder()
                .put("ociVersion", "1.0.2")
                .put("process", process)
                .put(
                        "root",
                        JsonObject.builder()
                                .put("path", rootFilesystem().toString())
                                .build())
                .put(
                        "mounts",
                        JsonArray.of(
                                List.of(
                                        "/proc proc proc",
                                        "/dev tmpfs tmpfs",
                                        "/dev/pts devpts devpts newinstance ptmxmode=0666"),
                                BusyboxNode::mount))
                .put("linux", linuxPart)
                .build();
    }

    private static JsonObject mount(String words) {
        String[] parts = words.split(" ");
        return JsonObject.builder()
                .put("destination", parts[0])
                .put("type", parts[1])
                .put("source", parts[2])
                .put("options", JsonArray.ofStrings(List.of(parts).subList(3, parts.length)))
                .build();
    }

    /** Creates the container and watches it. */
    RuntimeContainer create(ContainerBundle container) {
        RuntimeContainer created = runtime.create(container);
        watcher.watch(created);
        return created;
    }

    RuntimeContainer start(ContainerBundle container) {
        RuntimeContainer created = create(container);
        runtime.start(created);
        return created;
    }

    /** So that closing does not delete it once more. */
    void forgetDeleted(ContainerBundle container) {
        made.remove(container);
    }

    void delete(ContainerBundle container) {
        runtime.delete(container);
        watcher.forget(container.id());
        made.remove(container);
    }

    @Override
    public void close() throws Exception {
        for (ContainerBundle container : List.copyOf(made)) {
            delete(container);
        }
        watcher.close();
        programs.close();
        List<String> left = Conditions.await(GONE, this::leftovers, List::isEmpty);
        orphans.close();
        try {
            cgroups.tree().remove(new CgroupPath(cgroup));
            deleteTree(root);
        } finally {
            assertThat(left).as("left on the machine").isEmpty();
        }
    }

    private List<String> leftovers() {
        var left = new ArrayList<String>();
        left.addAll(processes());
        for (Path cgroupFolder : cgroups()) {
            children(cgroupFolder).forEach(child -> left.add("cgroup " + child));
        }
        children(handler.root()).forEach(state -> left.add("runtime state " + state));
        mounts().forEach(mount -> left.add("mount " + mount));
        children(places.exitDir()).forEach(file -> left.add("exit file " + file));
        children(places.attachDir()).forEach(link -> left.add("attach link " + link));
        if (Fd.openCount() > descriptors) {
            left.add((Fd.openCount() - descriptors) + " open descriptors");
        }
        return left;
    }

    /** Processes that have to do with this node's folder; dead ones too, where they are children of this one. */
    private List<String> processes() {
        long self = ProcessHandle.current().pid();
        var found = new ArrayList<String>();
        for (Path folder : children(Path.of("/proc"))) {
            if (folder.getFileName().toString().chars().allMatch(Character::isDigit)) {
                long pid = Long.parseLong(folder.getFileName().toString());
                String line = read(folder.resolve("cmdline")).replace('\0', ' ');
                boolean dead = linux.processes()
                        .stat(pid)
                        .filter(stat -> stat.state() == 'Z' && stat.ppid() == self)
                        .isPresent();
                boolean mine = read(folder.resolve("cgroup")).contains(cgroup);
                if (pid != self && (dead || mine || line.contains(root.toString()))) {
                    found.add("process " + pid + (dead ? " (dead) " : " ") + line);
                }
            }
        }
        return found;
    }

    private List<String> mounts() {
        return read(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(line -> line.contains(root.toString()))
                .toList();
    }

    private List<Path> cgroups() {
        var found = new ArrayList<Path>();
        for (Path hierarchy : children(Path.of("/sys/fs/cgroup"))) {
            if (Files.isDirectory(hierarchy.resolve(cgroup))) {
                found.add(hierarchy.resolve(cgroup));
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            // A cgroup's control files are not children of its own making.
            boolean cgroup = folder.startsWith("/sys/fs/cgroup") && folder.getNameCount() > 4;
            return children.filter(child -> !cgroup || Files.isDirectory(child)).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
