package io.crius.config;

import java.nio.file.Path;
import java.time.Duration;

/** {@code [crio.nri]}: the Node Resource Interface. */
public record NriTable(Settings settings) {
    public static final Option<Boolean> ENABLE_NRI = Option.of(
                    "enable_nri", ValueType.BOOL, true, "Whether NRI plugins are served.")
            .pending();
    public static final Option<Path> NRI_LISTEN = Option.of(
                    "nri_listen", ValueType.PATH, Path.of("/var/run/nri/nri.sock"), "The socket for external plugins.")
            .pending();
    public static final Option<Path> NRI_PLUGIN_DIR = Option.of(
                    "nri_plugin_dir",
                    ValueType.PATH,
                    Path.of("/opt/nri/plugins"),
                    "The folder of pre-installed plugins.")
            .pending();
    public static final Option<Path> NRI_PLUGIN_CONFIG_DIR = Option.of(
                    "nri_plugin_config_dir",
                    ValueType.PATH,
                    Path.of("/etc/nri/conf.d"),
                    "The folder of the pre-installed plugins' configurations.")
            .pending();
    public static final Option<Boolean> NRI_DISABLE_CONNECTIONS = Option.of(
                    "nri_disable_connections", ValueType.BOOL, false, "Whether only pre-installed plugins are served.")
            .pending();
    public static final Option<Duration> NRI_PLUGIN_REGISTRATION_TIMEOUT = Option.of(
                    "nri_plugin_registration_timeout",
                    ValueType.DURATION,
                    Duration.ofSeconds(5),
                    "How long a plugin may take to register.")
            .pending();
    public static final Option<Duration> NRI_PLUGIN_REQUEST_TIMEOUT = Option.of(
                    "nri_plugin_request_timeout",
                    ValueType.DURATION,
                    Duration.ofSeconds(2),
                    "How long a plugin may take to answer.")
            .pending();

    static final TableSchema SCHEMA = TableSchema.of(
            "crio.nri",
            "The Node Resource Interface.",
            ENABLE_NRI,
            NRI_LISTEN,
            NRI_PLUGIN_DIR,
            NRI_PLUGIN_CONFIG_DIR,
            NRI_DISABLE_CONNECTIONS,
            NRI_PLUGIN_REGISTRATION_TIMEOUT,
            NRI_PLUGIN_REQUEST_TIMEOUT);

    public boolean enableNri() {
        return settings.get(ENABLE_NRI);
    }

    public Path nriListen() {
        return settings.get(NRI_LISTEN);
    }

    public Path nriPluginDir() {
        return settings.get(NRI_PLUGIN_DIR);
    }

    public Path nriPluginConfigDir() {
        return settings.get(NRI_PLUGIN_CONFIG_DIR);
    }

    public boolean nriDisableConnections() {
        return settings.get(NRI_DISABLE_CONNECTIONS);
    }

    public Duration nriPluginRegistrationTimeout() {
        return settings.get(NRI_PLUGIN_REGISTRATION_TIMEOUT);
    }

    public Duration nriPluginRequestTimeout() {
        return settings.get(NRI_PLUGIN_REQUEST_TIMEOUT);
    }
}
