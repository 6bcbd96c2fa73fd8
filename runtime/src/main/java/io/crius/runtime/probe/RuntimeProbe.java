package io.crius.runtime.probe;

import io.crius.cgroup.Cgroups;
import io.crius.config.CriusConfig;
import io.crius.config.HandlerTable;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.oci.json.Json;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.cli.Command;
import io.crius.runtime.cli.CommandEnvironment;
import io.crius.runtime.cli.CommandOutcome;
import io.crius.runtime.cli.CommandRunner;
import io.crius.runtime.cli.RuntimeMessages;
import io.crius.runtime.probe.ConfiguredHandlers.Resolution.Resolved;
import io.crius.runtime.probe.ConfiguredHandlers.Resolution.Unresolved;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out which runtimes of the configuration work on this node, by having each create a container. Takes about 20 ms for
 * crun and 60 ms for runc, so it is meant to run beside the start of the daemon, on a virtual thread. Thread-safe.
 */
public final class RuntimeProbe {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Linux linux;
    private final CommandRunner commands;
    private final TrialContainer trial;
    private final CriusConfig config;
    private final ConfiguredHandlers handlers;

    /**
     * @param searchPath where programs are looked for that the configuration does not name by path
     * @param scratch a folder of the daemon's own for the trial bundles, on a filesystem that may hold programs
     */
    public RuntimeProbe(Linux linux, Cgroups cgroups, CriusConfig config, List<Path> searchPath, Path scratch) {
        this.linux = linux;
        this.commands = new CommandRunner(linux);
        this.trial = new TrialContainer(linux, commands, cgroups, scratch);
        this.config = config;
        this.handlers = new ConfiguredHandlers(config, searchPath);
    }

    /**
     * Probes the default handler, and the others only as far as one is needed to take its place: they are probed later, see
     * {@link NodeRuntimes#probe}. Before, takes away what daemons left that died while they probed.
     *
     * @throws CriusException.FailedPrecondition when no runtime works, with the reason of each
     */
    public NodeRuntimes select() {
        trial.removeStale(this::handler);
        String wanted = config.runtime().defaultRuntime();
        var unusable = new ArrayList<Finding.Unusable>();
        for (String name : inOrder(wanted)) {
            switch (probe(name)) {
                case Finding.Working working -> {
                    return new NodeRuntimes(this::probe, working, unusable);
                }
                case Finding.Unusable refused -> unusable.add(refused);
            }
        }
        throw new CriusException.FailedPrecondition("no OCI runtime works on this node: "
                + String.join("; ", unusable.stream().map(Finding::sentence).toList()));
    }

    /** The default first, then the others as the configuration has them. */
    private List<String> inOrder(String wanted) {
        var names = new ArrayList<String>();
        names.add(wanted);
        config.runtimes().keySet().stream().filter(name -> !name.equals(wanted)).forEach(names::add);
        return names;
    }

    /** Probes one handler now. */
    public Finding probe(String name) {
        HandlerTable table = config.runtimes().get(name);
        if (table == null) {
            return new Finding.Unusable(
                    name,
                    "the configuration has no handler of that name, only "
                            + String.join(", ", config.runtimes().keySet()));
        }
        return switch (handlers.resolve(table)) {
            case Resolved(RuntimeHandler handler) -> probe(handler);
            case Unresolved(String reason) -> new Finding.Unusable(name, reason);
        };
    }

    private Optional<RuntimeHandler> handler(String name) {
        return Optional.ofNullable(config.runtimes().get(name))
                .map(handlers::resolve)
                .flatMap(resolution -> resolution instanceof Resolved(RuntimeHandler handler)
                        ? Optional.of(handler)
                        : Optional.empty());
    }

    private Finding probe(RuntimeHandler handler) {
        try {
            CommandOutcome version = run(handler, "--version");
            if (!version.succeeded()) {
                return new Finding.Unusable(
                        handler.name(),
                        handler.path() + " --version ended with " + version.status() + ": "
                                + RuntimeMessages.readable(version.stderr()));
            }
            Optional<String> refusal = trial.refusal(handler);
            if (refusal.isPresent()) {
                return new Finding.Unusable(handler.name(), handler.path() + " says: " + refusal.get());
            }
            return new Finding.Working(handler, firstLine(version.stdout()), features(handler));
        } catch (CriusException.Failed | CriusException.DeadlineExceeded e) {
            return new Finding.Unusable(handler.name(), String.valueOf(e.getMessage()));
        }
    }

    private RuntimeFeatures features(RuntimeHandler handler) {
        CommandOutcome outcome = run(handler, "features");
        if (!outcome.succeeded()) {
            return RuntimeFeatures.UNTOLD;
        }
        try {
            return RuntimeFeatures.parse(Json.parseObject(outcome.stdout(), handler.path() + " features"))
                    .on(linux.features().version());
        } catch (IOException e) {
            throw new CriusException.Failed("kernel version: " + e.getMessage(), e);
        } catch (CriusException.InvalidArgument e) {
            return RuntimeFeatures.UNTOLD;
        }
    }

    private CommandOutcome run(RuntimeHandler handler, String argument) {
        List<String> arguments = List.of(handler.path().toString(), argument);
        return commands.run(Command.of(arguments, CommandEnvironment.of(handler)), Deadline.after(LIMIT));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }
}
