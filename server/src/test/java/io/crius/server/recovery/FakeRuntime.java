package io.crius.server.recovery;

import io.crius.linux.FakeLinux;
import io.crius.linux.FakeProcess;
import io.crius.linux.SpawnRequest;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.ExecResult;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeState;
import io.crius.runtime.SignalOutcome;
import io.crius.runtime.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * An OCI runtime with its monitors in memory; exit codes are real files. Stricter than real ones: it makes a container once, and
 * only with its spec written and its root mounted.
 */
final class FakeRuntime implements ContainerRuntime {
    private final Steps steps;
    private final FakeLinux linux;
    private final Path exits;
    private final Map<ContainerId, Made> containers = new ConcurrentHashMap<>();

    /** How containers ended since the machine was started, whether or not anybody heard of it. */
    final Map<ContainerId, Integer> ends = new ConcurrentHashMap<>();

    private volatile Consumer<ContainerId> exitFile = _ -> {};

    private static final class Made {
        private final FakeProcess init;
        private final FakeProcess monitor;
        private final ContainerFolders folders;
        private volatile boolean started;
        private volatile boolean ended;

        Made(FakeProcess init, FakeProcess monitor, ContainerFolders folders) {
            this.init = init;
            this.monitor = monitor;
            this.folders = folders;
        }
    }

    /** Whether what is started ends at once. */
    volatile boolean crashing;

    FakeRuntime(Steps steps, FakeLinux linux, Path exits) {
        this.steps = steps;
        this.linux = linux;
        this.exits = exits;
    }

    /** Whoever is told of each exit file that appears, on a thread of its own. */
    void onExitFile(Consumer<ContainerId> told) {
        exitFile = told;
    }

    @Override
    public void expectCreation() {}

    @Override
    public Creating begin(ContainerBundle bundle) {
        return new Creating() {
            @Override
            public RuntimeContainer finish() {
                return create(bundle);
            }

            @Override
            public void close() {}
        };
    }

    /** What it was asked for is not there after a failure, as the interface has it. */
    @Override
    public RuntimeContainer create(ContainerBundle bundle) {
        try {
            return steps.step("create container " + bundle.id(), () -> make(bundle));
        } catch (CriusException e) {
            remove(bundle.id());
            throw e;
        }
    }

    private RuntimeContainer make(ContainerBundle bundle) {
        if (!Files.exists(bundle.folders().bundle().resolve("config.json"))) {
            throw new AssertionError("created without a spec: " + bundle.id());
        }
        var made = new Made(process("init"), process("conmon"), bundle.folders());
        if (containers.putIfAbsent(bundle.id(), made) != null) {
            throw new AssertionError("created twice: " + bundle.id());
        }
        return new RuntimeContainer(bundle, identity(made.init), Optional.of(identity(made.monitor)));
    }

    /** A process, and what the kernel shows of its PID namespace beside the folder of exit codes. */
    private FakeProcess process(String name) {
        try {
            FakeProcess process = linux.processes()
                    .foreign(new SpawnRequest(
                            List.of("/bin/" + name),
                            List.of(),
                            Path.of("/"),
                            Map.of(),
                            SpawnRequest.Leadership.NEW_SESSION));
            Path namespaces = Files.createDirectories(exits.resolveSibling("proc/" + process.pid() + "/ns"));
            Files.write(namespaces.resolve("pid"), new byte[0]);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessIdentity identity(FakeProcess process) {
        return new ProcessIdentity(
                process.pid(),
                linux.processes().stat(process.pid()).orElseThrow().startTicks());
    }

    @Override
    public void start(RuntimeContainer container) {
        boolean _ = steps.step("start container " + container.id(), () -> {
            Made made = containers.get(container.id());
            if (made == null || made.ended || made.started) {
                throw new CriusException.FailedPrecondition("start container " + container.id() + ": it cannot be");
            }
            made.started = true;
            if (crashing) {
                end(container.id(), 11);
            }
            return true;
        });
    }

    @Override
    public SignalOutcome signal(RuntimeContainer container, StopSignal signal) {
        return steps.step("signal container " + container.id(), () -> {
            Made made = containers.get(container.id());
            if (made == null || made.ended) {
                return SignalOutcome.ALREADY_GONE;
            }
            if (made.started || signal.equals(StopSignal.KILL)) {
                end(container.id(), 128 + signal.number());
            }
            return SignalOutcome.DELIVERED;
        });
    }

    /** The process ends, then its monitor writes down how. */
    void end(ContainerId id, int code) {
        Made made = Optional.ofNullable(containers.get(id)).orElseThrow();
        made.ended = true;
        ends.put(id, code);
        made.init.exit(code);
        try {
            Path staging = Files.writeString(exits.resolve("." + id), Integer.toString(code));
            Files.move(staging, exits.resolve(id.value()), StandardCopyOption.ATOMIC_MOVE);
            Thread.startVirtualThread(() -> exitFile.accept(id));
            if (Files.isDirectory(made.folders.persistent())) {
                Files.writeString(made.folders.persistent().resolve("exit"), Integer.toString(code));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        made.monitor.exit(0);
    }

    @Override
    public void killRemaining(RuntimeContainer container) {}

    @Override
    public void delete(ContainerBundle bundle) {
        boolean _ = steps.step("delete container " + bundle.id(), () -> remove(bundle.id()));
    }

    private boolean remove(ContainerId id) {
        Made made = containers.remove(id);
        ends.remove(id);
        if (made != null) {
            made.init.exit(137);
            made.monitor.exit(0);
        }
        try {
            return Files.deleteIfExists(exits.resolve(id.value())) || made != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it does not answer when it is asked for states. */
    volatile boolean silent;

    /** Those of which it tells the state only afterwards. */
    final Map<ContainerId, CompletableFuture<Void>> hanging = new ConcurrentHashMap<>();

    private final Map<ContainerId, Integer> looks = new ConcurrentHashMap<>();

    /** How often it was asked for the state. */
    int looks(ContainerId id) {
        return looks.getOrDefault(id, 0);
    }

    /** Whether it has forgotten all containers, which live on. */
    volatile boolean forgetful;

    @Override
    public Optional<RuntimeState> state(RuntimeContainer container) {
        looks.merge(container.id(), 1, Integer::sum);
        Optional.ofNullable(hanging.get(container.id())).ifPresent(CompletableFuture::join);
        if (silent) {
            throw new CriusException.Failed("ask the state of container " + container.id() + ": it says nothing");
        }
        if (forgetful) {
            return Optional.empty();
        }
        return Optional.ofNullable(containers.get(container.id()))
                .map(made -> new RuntimeState(
                        made.ended
                                ? RuntimeState.Status.STOPPED
                                : made.started ? RuntimeState.Status.RUNNING : RuntimeState.Status.CREATED,
                        OptionalLong.of(made.init.pid())));
    }

    /** Runtime and monitors keep their state on volatile file systems. */
    void reboot() {
        containers.values().forEach(made -> {
            made.init.exit(0);
            made.monitor.exit(0);
        });
        containers.clear();
        ends.clear();
    }

    boolean lives(ContainerId id) {
        Made made = containers.get(id);
        return made != null && !made.ended;
    }

    List<ContainerId> known() {
        return List.copyOf(containers.keySet());
    }

    @Override
    public void pause(RuntimeContainer container) {
        throw new AssertionError("not asked for here");
    }

    /** Nothing is ever frozen here; who dies late after a SIGKILL is asked for anyway. */
    @Override
    public void resume(RuntimeContainer container) {
        boolean _ = steps.step("resume container " + container.id(), () -> {
            throw new CriusException.Failed("container " + container.id() + " is not paused");
        });
    }

    @Override
    public void update(RuntimeContainer container, JsonObject resources) {
        boolean _ = steps.step("update container " + container.id(), () -> lives(container.id()));
    }

    @Override
    public ExecResult exec(RuntimeContainer container, ExecRequest request) {
        return new ExecResult(0, new byte[0], new byte[0], ExecResult.Completeness.COMPLETE);
    }

    @Override
    public void reopenLog(RuntimeContainer container) {
        boolean _ = steps.step("reopen log of container " + container.id(), () -> lives(container.id()));
    }

    @Override
    public void killLeftovers(RuntimeContainer container) {}

    List<String> leftovers() {
        return containers.keySet().stream()
                .map(id -> "container " + id + " in the runtime")
                .toList();
    }
}
