package io.crius.network.cni;

import io.crius.linux.Linux;
import io.crius.model.Deadline;
import io.crius.model.PodId;
import io.crius.network.cni.PluginListener.Execution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A node's CNI in a temporary folder: configuration, fake plugins, cache, and namespaces that live by decree. */
final class CniFixture implements AutoCloseable {
    static final PodId POD = new PodId("0123456789abcdef".repeat(4));
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final Path config;
    final Path cache;
    final FakePlugins plugins;
    final Set<Path> live = ConcurrentHashMap.newKeySet();
    final List<Execution> executions = new CopyOnWriteArrayList<>();
    final Map<String, String> environment = new HashMap<>(Map.of("PATH", System.getenv("PATH"), "HOME", "/daemon"));
    private CniOptions options;
    private Optional<PluginNetworks> started = Optional.empty();

    CniFixture(Path folder) throws IOException {
        config = Files.createDirectories(folder.resolve("net.d"));
        cache = folder.resolve("cache");
        plugins = new FakePlugins(folder.resolve("plugins"));
        options = CniOptions.of(config, List.of(folder.resolve("empty"), plugins.directory()))
                .withCacheDirectory(cache)
                .withRescan(Duration.ofMillis(50), Duration.ofMillis(20));
    }

    CniFixture options(java.util.function.UnaryOperator<CniOptions> change) {
        options = change.apply(options);
        return this;
    }

    CniFixture file(String name, String text) throws IOException {
        Path file = config.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    /** A list of these plugin types, each asking for port mappings. */
    CniFixture list(String file, String version, String name, String... types) throws IOException {
        var plugins = new java.util.StringJoiner(",");
        for (String type : types) {
            plugins.add("{\"type\":\"" + type + "\",\"capabilities\":{\"portMappings\":true,\"bandwidth\":false}}");
        }
        return file(
                file, "{\"cniVersion\":\"" + version + "\",\"name\":\"" + name + "\",\"plugins\":[" + plugins + "]}");
    }

    CniFixture install(String... types) throws IOException {
        for (String type : types) {
            plugins.plugin(type).install();
        }
        return this;
    }

    PluginNetworks start() {
        if (started.isEmpty()) {
            started = Optional.of(PluginNetworks.start(
                    options, new SpawnedPlugins(Linux.real()), live::contains, executions::add, environment));
        }
        return started.get();
    }

    PluginNetworks ready() {
        PluginNetworks networks = start();
        networks.awaitReady(soon());
        return networks;
    }

    /** The pod is attached to the network "net" of these plugin types, and what they were asked for that is forgotten. */
    void attached(String version, String... types) throws IOException {
        install(types).list("10.conflist", version, "net", types);
        ready().attach(pod(), soon());
        plugins.forgetCalls();
    }

    /** By another life of the daemon, which has read what is there now. */
    PluginNetworks restarted() {
        close();
        started = Optional.empty();
        return ready();
    }

    static Deadline soon() {
        return Deadline.after(PATIENCE);
    }

    static void await(String what, BooleanSupplier happened) {
        Deadline patience = soon();
        while (!happened.getAsBoolean()) {
            if (patience.isOver()) {
                throw new AssertionError("not in time: " + what);
            }
            Thread.onSpinWait();
        }
    }

    PodAttachment pod() {
        return pod(POD, CapabilityArguments.NONE);
    }

    /** A pod whose namespace is live. */
    PodAttachment pod(PodId id, CapabilityArguments capabilities) {
        Path netns = cache.resolveSibling("netns").resolve(id.value());
        live.add(netns);
        return PodAttachment.eth0(id, new PodAttachment.PodName("default", "web", "uid-1"), netns, capabilities);
    }

    Path cacheFile(String network) {
        return cache.resolve("results").resolve(network + "-" + POD + "-eth0");
    }

    List<Path> cacheFiles() throws IOException {
        Path results = cache.resolve("results");
        if (!Files.exists(results)) {
            return List.of();
        }
        try (var files = Files.list(results)) {
            return files.toList();
        }
    }

    @Override
    public void close() {
        started.ifPresent(PluginNetworks::close);
    }
}
