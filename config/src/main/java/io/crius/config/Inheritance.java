package io.crius.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries the values of deprecated options to the options that took their place. */
final class Inheritance {
    private Inheritance() {}

    static CriusConfig apply(CriusConfig config) {
        Map<String, Settings> tables = new LinkedHashMap<>();
        config.tables().forEach(table -> tables.put(table.table(), table));
        config.runtimes().values().forEach(handler -> {
            Settings monitored = withMonitorOf(config.runtime().settings(), handler.settings());
            tables.put(monitored.table(), monitored);
        });
        tables.put(NetworkTable.SCHEMA.name(), withPluginDir(config.network()));
        return CriusConfig.of(tables);
    }

    /** Compat: CRI-O copies conmon, conmon_cgroup and conmon_env into handlers that have no monitor of their own. */
    private static Settings withMonitorOf(Settings runtime, Settings handler) {
        Settings settings = copy(runtime, RuntimeTable.CONMON, handler, HandlerTable.MONITOR_PATH);
        settings = copy(runtime, RuntimeTable.CONMON_CGROUP, settings, HandlerTable.MONITOR_CGROUP);
        return copy(runtime, RuntimeTable.CONMON_ENV, settings, HandlerTable.MONITOR_ENV);
    }

    private static <T> Settings copy(Settings from, Option<T> source, Settings to, Option<T> target) {
        return from.isSet(source) && !to.isSet(target) ? to.with(target, from.get(source), from.origin(source)) : to;
    }

    /** Compat: plugin_dir is searched after plugin_dirs. */
    private static Settings withPluginDir(NetworkTable network) {
        Settings settings = network.settings();
        Optional<Path> extra = network.pluginDir();
        if (extra.isEmpty() || network.pluginDirs().contains(extra.get())) {
            return settings;
        }
        List<Path> dirs = new ArrayList<>(network.pluginDirs());
        dirs.add(extra.get());
        return settings.with(NetworkTable.PLUGIN_DIRS, List.copyOf(dirs), settings.origin(NetworkTable.PLUGIN_DIR));
    }
}
