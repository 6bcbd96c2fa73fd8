package io.crius.daemon;

import static java.lang.System.Logger.Level.INFO;

import io.crius.cgroup.CgroupLayout;
import io.crius.config.CgroupDriver;
import io.crius.config.CriusConfig;
import io.crius.config.HandlerTable;
import io.crius.config.RuntimeTable;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeHandler.MonitorOptions;
import io.crius.runtime.RuntimeHandler.MonitorProgram;
import io.crius.server.node.Handlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The OCI runtimes of the node: those configured that are installed, and which one is the default. */
final class RuntimeChoice {
    private static final System.Logger LOG = System.getLogger(RuntimeChoice.class.getName());
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final CriusConfig config;
    private final CgroupLayout layout;
    private final List<Path> searchPath;

    RuntimeChoice(CriusConfig config, CgroupLayout layout) {
        this.config = config;
        this.layout = layout;
        this.searchPath = Arrays.stream(PATH.substring("PATH=".length()).split(":"))
                .map(Path::of)
                .toList();
    }

    Handlers handlers() {
        Map<String, RuntimeHandler> found = new HashMap<>();
        config.runtimes().values().forEach(table -> handler(table).ifPresent(h -> found.put(h.name(), h)));
        String chosen = defaultName(found);
        LOG.log(INFO, () -> "OCI runtimes: " + found.keySet() + ", default " + chosen);
        return new Handlers(found, chosen);
    }

    /**
     * The configured default; where nobody configured one, crun, unless this node's cgroups are of a kind that it refuses.
     */
    private String defaultName(Map<String, RuntimeHandler> found) {
        String wanted = config.runtime().defaultRuntime();
        boolean free = !config.runtime().settings().isSet(RuntimeTable.DEFAULT_RUNTIME);
        boolean works = found.containsKey(wanted) && !(wanted.equals("crun") && crunRefuses());
        if (works || !free || !found.containsKey("runc")) {
            return wanted;
        }
        LOG.log(INFO, () -> wanted + " does not work on this node (" + layout + "): runc is the default");
        return "runc";
    }

    /** crun 1.8: "cgroups in hybrid mode not supported" while a controller is left to the unified hierarchy. */
    private boolean crunRefuses() {
        return layout.mode() == CgroupLayout.Mode.HYBRID
                && !layout.controllers().containsKey("hugetlb");
    }

    private Optional<RuntimeHandler> handler(HandlerTable table) {
        Optional<Path> program = program(table.runtimePath(), table.handler());
        Optional<Path> monitor = program(table.monitorPath(), "conmon");
        if (program.isEmpty() || monitor.isEmpty()) {
            return Optional.empty();
        }
        List<String> environment = table.monitorEnv().isEmpty() ? List.of(PATH) : table.monitorEnv();
        return Optional.of(new RuntimeHandler(
                table.handler(),
                program.get(),
                table.runtimeRoot().orElse(Path.of("/run", table.handler())),
                config.runtime().cgroupManager() == CgroupDriver.SYSTEMD
                        ? io.crius.runtime.CgroupDriver.SYSTEMD
                        : io.crius.runtime.CgroupDriver.CGROUPFS,
                new MonitorProgram(monitor.get(), environment, MonitorOptions.DEFAULT),
                table.containerCreateTimeout()));
    }

    private Optional<Path> program(Optional<Path> configured, String name) {
        return configured
                .or(() -> searchPath.stream()
                        .map(folder -> folder.resolve(name))
                        .filter(Files::isExecutable)
                        .findFirst())
                .filter(Files::isExecutable);
    }
}
