package io.crius.network.cni;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where CNI finds its things and how often it looks.
 *
 * @param configDirectory {@code network_dir}
 * @param pluginDirectories {@code plugin_dirs}, searched in order
 * @param cacheDirectory the root of libcni's cache, {@code /var/lib/cni} on a node
 * @param defaultNetwork {@code cni_default_network}; empty means the first valid file
 * @param statusGrace {@code cni_status_grace_period}: for how long the STATUS of a network that was ready may fail before it
 *     counts as not ready; with zero it is not asked again
 * @param rescanReady how often the directories are looked through although no change was notified
 * @param rescanNotReady the same while there is no ready network
 */
public record CniOptions(
        Path configDirectory,
        List<Path> pluginDirectories,
        Path cacheDirectory,
        Optional<String> defaultNetwork,
        Duration statusGrace,
        Duration rescanReady,
        Duration rescanNotReady) {
    private static final Path CACHE = Path.of("/var/lib/cni");

    public CniOptions {
        pluginDirectories = List.copyOf(pluginDirectories);
    }

    /** The usual places and intervals for these directories. */
    public static CniOptions of(Path configDirectory, List<Path> pluginDirectories) {
        return new CniOptions(
                configDirectory,
                pluginDirectories,
                CACHE,
                Optional.empty(),
                Duration.ZERO,
                Duration.ofSeconds(5),
                Duration.ofMillis(500));
    }

    public CniOptions withCacheDirectory(Path directory) {
        return new CniOptions(
                configDirectory,
                pluginDirectories,
                directory,
                defaultNetwork,
                statusGrace,
                rescanReady,
                rescanNotReady);
    }

    public CniOptions withDefaultNetwork(Optional<String> name) {
        return new CniOptions(
                configDirectory, pluginDirectories, cacheDirectory, name, statusGrace, rescanReady, rescanNotReady);
    }

    public CniOptions withStatusGrace(Duration grace) {
        return new CniOptions(
                configDirectory, pluginDirectories, cacheDirectory, defaultNetwork, grace, rescanReady, rescanNotReady);
    }

    public CniOptions withRescan(Duration ready, Duration notReady) {
        return new CniOptions(
                configDirectory, pluginDirectories, cacheDirectory, defaultNetwork, statusGrace, ready, notReady);
    }
}
