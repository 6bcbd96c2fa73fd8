package io.crius.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code [crio.network]}: pod networks by CNI. */
public record NetworkTable(Settings settings) {
    public static final Option<String> CNI_DEFAULT_NETWORK = Option.of(
            "cni_default_network",
            ValueType.STRING,
            "",
            "The name of the network of pods; empty takes the first valid file.");
    public static final Option<Path> NETWORK_DIR = Option.of(
                    "network_dir", ValueType.PATH, Path.of("/etc/cni/net.d"), "The folder of CNI configurations.")
            .flag("cni-config-dir");
    public static final Option<List<Path>> PLUGIN_DIRS = Option.of(
                    "plugin_dirs",
                    ValueType.PATHS,
                    List.of(Path.of("/opt/cni/bin")),
                    "Folders of CNI plugins, searched in order.")
            .flag("cni-plugin-dir");
    public static final Option<Optional<Path>> PLUGIN_DIR = Option.of(
                    "plugin_dir", ValueType.OPTIONAL_PATH, Optional.<Path>empty(), "One more folder of CNI plugins.")
            .deprecated("add it to plugin_dirs")
            .flag("");
    public static final Option<Duration> CNI_STATUS_GRACE_PERIOD = Option.of(
            "cni_status_grace_period",
            ValueType.DURATION,
            Duration.ZERO,
            "How long the plugins' STATUS may fail before the node is not ready; zero never asks.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.network",
            "Pod networks by CNI.",
            CNI_DEFAULT_NETWORK,
            NETWORK_DIR,
            PLUGIN_DIRS,
            PLUGIN_DIR,
            CNI_STATUS_GRACE_PERIOD);

    public String cniDefaultNetwork() {
        return settings.get(CNI_DEFAULT_NETWORK);
    }

    public Path networkDir() {
        return settings.get(NETWORK_DIR);
    }

    public List<Path> pluginDirs() {
        return settings.get(PLUGIN_DIRS);
    }

    public Optional<Path> pluginDir() {
        return settings.get(PLUGIN_DIR);
    }

    public Duration cniStatusGracePeriod() {
        return settings.get(CNI_STATUS_GRACE_PERIOD);
    }
}
