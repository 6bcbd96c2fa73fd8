package io.crius.runtime.probe;

import io.crius.config.CriusConfig;
import io.crius.config.HandlerTable;
import io.crius.config.RuntimeType;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeHandler.LogSync;
import io.crius.runtime.RuntimeHandler.MonitorOptions;
import io.crius.runtime.RuntimeHandler.MonitorProgram;
import io.crius.runtime.RuntimeHandler.Placement;
import io.crius.runtime.RuntimeHandler.Rooting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Turns handler tables of the configuration into handlers, looking up what they leave open. Immutable. */
public final class ConfiguredHandlers {
    /** Compat: the environment that monitors and runtimes get where the configuration names none. */
    private static final String PATH_VARIABLE = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final String MONITOR = "conmon";

    private final CriusConfig config;
    private final List<Path> searchPath;

    /** @param searchPath where programs are looked for, as the daemon's own PATH has it */
    public ConfiguredHandlers(CriusConfig config, List<Path> searchPath) {
        this.config = config;
        this.searchPath = List.copyOf(searchPath);
    }

    /** The folders of a PATH variable. */
    public static List<Path> searchPath(String variable) {
        return Arrays.stream(variable.split(":"))
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of)
                .toList();
    }

    /** A handler, or why the table makes none. */
    sealed interface Resolution {
        record Resolved(RuntimeHandler handler) implements Resolution {}

        record Unresolved(String reason) implements Resolution {}
    }

    Resolution resolve(HandlerTable table) {
        return table.inheritDefaultRuntime() ? inherited(table) : own(table);
    }

    /** Compat: path, type, root and monitor are the default handler's; the rest is the table's own. */
    private Resolution inherited(HandlerTable table) {
        Optional<HandlerTable> standard =
                config.handler("").filter(handler -> !handler.handler().equals(table.handler()));
        if (standard.isEmpty()) {
            return own(table);
        }
        return switch (own(standard.get())) {
            case Resolution.Resolved(RuntimeHandler handler) ->
                new Resolution.Resolved(
                        handler(table, handler.path(), handler.monitor().path(), handler.root()));
            case Resolution.Unresolved(String reason) ->
                new Resolution.Unresolved(
                        "it inherits the default runtime \"" + standard.get().handler() + "\", and " + reason);
        };
    }

    private Resolution own(HandlerTable table) {
        if (table.runtimeType() != RuntimeType.OCI) {
            return new Resolution.Unresolved(
                    "its runtime_type \"" + table.runtimeType().word() + "\" is not supported yet, use \"oci\"");
        }
        Optional<Path> program = program(table.runtimePath(), table.handler());
        if (program.isEmpty()) {
            return missing("runtime", table.runtimePath(), table.handler(), "runtime_path");
        }
        Optional<Path> monitor = program(table.monitorPath(), MONITOR);
        if (monitor.isEmpty()) {
            return missing("monitor", table.monitorPath(), MONITOR, "monitor_path");
        }
        Path root = table.runtimeRoot().orElse(Path.of("/run", table.handler()));
        return new Resolution.Resolved(handler(table, program.get(), monitor.get(), root));
    }

    private RuntimeHandler handler(HandlerTable table, Path program, Path monitor, Path root) {
        List<String> environment = table.monitorEnv().isEmpty() ? List.of(PATH_VARIABLE) : table.monitorEnv();
        var options = new MonitorOptions(
                config.runtime().noPivot() ? Rooting.NO_PIVOT : Rooting.PIVOT,
                table.noSyncLog() ? LogSync.NEVER : LogSync.AT_EXIT,
                Placement.configured(table.monitorCgroup()));
        Duration timeout = table.containerCreateTimeout();
        return new RuntimeHandler(
                table.handler(),
                program,
                root,
                config.runtime().cgroupManager(),
                new MonitorProgram(monitor, environment, options),
                timeout.compareTo(RuntimeHandler.LEAST_CREATE_TIMEOUT) < 0
                        ? RuntimeHandler.LEAST_CREATE_TIMEOUT
                        : timeout);
    }

    /** The monitors of all handlers, be they there at this moment or just being replaced. */
    public Set<Path> monitors() {
        return config.runtimes().values().stream()
                .flatMap(table -> table.monitorPath().or(() -> program(Optional.empty(), MONITOR)).stream())
                .collect(Collectors.toSet());
    }

    private Optional<Path> program(Optional<Path> configured, String name) {
        if (configured.isPresent()) {
            return configured.filter(Files::isExecutable);
        }
        return searchPath.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Resolution missing(String what, Optional<Path> configured, String name, String key) {
        return new Resolution.Unresolved(
                configured.isPresent()
                        ? "its " + what + " " + configured.get() + " is not an executable file"
                        : "there is no " + name + " in " + searchPath + ": install it or set " + key);
    }
}
