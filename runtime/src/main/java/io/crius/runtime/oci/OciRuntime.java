package io.crius.runtime.oci;

import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.Cgroups;
import io.crius.linux.ErrnoException;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.Ticker;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerRuntime;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.ExecResult;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeState;
import io.crius.runtime.SignalOutcome;
import io.crius.runtime.StopSignal;
import io.crius.runtime.cli.Command;
import io.crius.runtime.cli.CommandOutcome;
import io.crius.runtime.cli.CommandRunner;
import io.crius.runtime.cli.RuntimeCommands;
import io.crius.runtime.cli.RuntimeMessages;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.runtime.conmon.Conmon;
import io.crius.runtime.conmon.LogReopen;
import io.crius.runtime.conmon.MonitorFiles;
import io.crius.runtime.conmon.MonitorPlaces;
import io.crius.runtime.exec.ContainerExec;
import io.crius.runtime.process.NodeProcesses;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** OCI runtimes by their command line, with conmon as the monitor. Thread-safe. */
public final class OciRuntime implements ContainerRuntime {
    private static final System.Logger LOG = System.getLogger(OciRuntime.class.getName());

    /** What a subcommand gets where the caller has no deadline; they take milliseconds. */
    private static final Duration SUBCOMMAND = Duration.ofMinutes(1);

    private static final Duration REOPEN = Duration.ofSeconds(10);

    private final NodeProcesses processes;
    private final CgroupTree cgroups;
    private final CommandRunner commands;
    private final RuntimeCommands runtimes;
    private final Creation creation;
    private final Deletion deletion;
    private final ContainerExec exec;
    private final LogReopen logReopen;

    /** The caller has adopted orphans before, see {@link io.crius.runtime.process.Orphans}. */
    public OciRuntime(Linux linux, RuntimePrograms programs, Cgroups cgroups, MonitorPlaces places) {
        var conmon = new Conmon(linux, programs, places, cgroups);
        var files = new MonitorFiles(places);
        this.cgroups = cgroups.tree();
        this.processes = new NodeProcesses(linux.processes());
        this.commands = new CommandRunner(linux);
        this.runtimes = new RuntimeCommands(programs);
        this.deletion = new Deletion(commands, runtimes, conmon, files, new Remains(linux.processes(), cgroups));
        this.creation = new Creation(conmon, files, deletion, new CompiledFilters(Ticker.system()));
        this.exec = new ContainerExec(linux, programs, cgroups.tree());
        this.logReopen = new LogReopen(linux.descriptors());
    }

    @Override
    public void expectCreation() {
        cgroups.expectMoves();
    }

    @Override
    public Creating begin(ContainerBundle bundle) {
        return creation.begin(bundle);
    }

    @Override
    public void start(RuntimeContainer container) {
        CommandOutcome outcome = run(container, "start", container.id().value());
        if (outcome.succeeded()) {
            return;
        }
        String message = refusal("start", container, outcome);
        throw switch (outcome.meaning()) {
            case ALREADY_STARTED, NOT_RUNNING, UNKNOWN_CONTAINER -> new CriusException.FailedPrecondition(message);
            case PAUSED, NOT_PAUSED, NO_SUCH_COMMAND, OTHER -> new CriusException.Failed(message);
        };
    }

    /**
     * Signals the first process by a descriptor, which is what the runtimes do as well, without a process for it. Only a kill in
     * a shared PID namespace is left to the runtime, since newer ones kill the whole cgroup then; where it cannot, the first process
     * at least is killed.
     */
    @Override
    public SignalOutcome signal(RuntimeContainer container, StopSignal signal) {
        if (container.bundle().pidNamespace() == PidNamespace.SHARED && signal.equals(StopSignal.KILL)) {
            try {
                return killByRuntime(container);
            } catch (CriusException.Failed | CriusException.DeadlineExceeded e) {
                LOG.log(Level.WARNING, () -> e.getMessage() + "; its first process alone is killed");
            }
        }
        return signalInit(container, signal);
    }

    private SignalOutcome signalInit(RuntimeContainer container, StopSignal signal) {
        try {
            return processes.signal(container.init(), signal.number())
                    ? SignalOutcome.DELIVERED
                    : SignalOutcome.ALREADY_GONE;
        } catch (ErrnoException e) {
            throw new CriusException.Failed(
                    "send " + signal + " to container " + container.id() + ": " + e.getMessage(), e);
        }
    }

    private SignalOutcome killByRuntime(RuntimeContainer container) {
        CommandOutcome outcome = run(container, "kill", container.id().value(), "KILL");
        if (outcome.succeeded()) {
            return SignalOutcome.DELIVERED;
        }
        return switch (outcome.meaning()) {
            case NOT_RUNNING, UNKNOWN_CONTAINER -> SignalOutcome.ALREADY_GONE;
            case ALREADY_STARTED, PAUSED, NOT_PAUSED, NO_SUCH_COMMAND, OTHER ->
                throw new CriusException.Failed(refusal("kill", container, outcome));
        };
    }

    @Override
    public void killRemaining(RuntimeContainer container) {
        CommandOutcome outcome = run(container, "kill", "-a", container.id().value(), "9");
        boolean gone = outcome.meaning() == RuntimeMessages.Meaning.NOT_RUNNING
                || outcome.meaning() == RuntimeMessages.Meaning.UNKNOWN_CONTAINER;
        if (!outcome.succeeded() && !gone) {
            throw new CriusException.Failed(refusal("kill the remaining processes of", container, outcome));
        }
    }

    @Override
    public void delete(ContainerBundle bundle) {
        deletion.delete(bundle, Deadline.currentOr(SUBCOMMAND));
    }

    @Override
    public Optional<RuntimeState> state(RuntimeContainer container) {
        CommandOutcome outcome = run(container, "state", container.id().value());
        if (!outcome.succeeded()) {
            if (outcome.meaning() == RuntimeMessages.Meaning.UNKNOWN_CONTAINER) {
                return Optional.empty();
            }
            throw new CriusException.Failed(refusal("ask the state of", container, outcome));
        }
        return Optional.of(state(Json.parseObject(outcome.stdout(), "state of container " + container.id())));
    }

    private static RuntimeState state(JsonObject json) {
        String status = json.requireString("status", "container state").toUpperCase(Locale.ROOT);
        OptionalLong pid = json.integer("pid");
        return new RuntimeState(
                RuntimeState.Status.valueOf(status),
                pid.isPresent() && pid.getAsLong() > 0 ? pid : OptionalLong.empty());
    }

    @Override
    public void pause(RuntimeContainer container) {
        change(
                "pause",
                container,
                runtimes.of(container.handler(), "pause", container.id().value()));
    }

    @Override
    public void resume(RuntimeContainer container) {
        change(
                "resume",
                container,
                runtimes.of(container.handler(), "resume", container.id().value()));
    }

    @Override
    public void update(RuntimeContainer container, JsonObject resources) {
        Command command = runtimes.plain(
                container.handler(),
                "update",
                "--resources",
                "-",
                container.id().value());
        change("update the resources of", container, command.withInput(Json.writeBytes(resources)));
    }

    @Override
    public ExecResult exec(RuntimeContainer container, ExecRequest request) {
        return exec.run(container, request);
    }

    @Override
    public void reopenLog(RuntimeContainer container) {
        logReopen.reopen(container, Deadline.after(REOPEN).earlier(Deadline.currentOr(REOPEN)));
    }

    @Override
    public void killLeftovers(RuntimeContainer container) {
        exec.killLeftovers(container);
    }

    private void change(String operation, RuntimeContainer container, Command command) {
        CommandOutcome outcome = commands.run(command, Deadline.currentOr(SUBCOMMAND));
        if (outcome.succeeded()) {
            return;
        }
        String message = refusal(operation, container, outcome);
        throw switch (outcome.meaning()) {
            case NOT_RUNNING, UNKNOWN_CONTAINER, PAUSED, NOT_PAUSED -> new CriusException.FailedPrecondition(message);
            case ALREADY_STARTED, NO_SUCH_COMMAND, OTHER -> new CriusException.Failed(message);
        };
    }

    private CommandOutcome run(RuntimeContainer container, String... subcommand) {
        return commands.run(runtimes.of(container.handler(), subcommand), Deadline.currentOr(SUBCOMMAND));
    }

    private static String refusal(String operation, RuntimeContainer container, CommandOutcome outcome) {
        String said = RuntimeMessages.readable(outcome.stderr().isBlank() ? outcome.stdout() : outcome.stderr());
        return operation + " container " + container.id() + ": "
                + container.handler().path() + " refused: "
                + (said.isEmpty() ? "exit status " + outcome.status() : said);
    }
}
