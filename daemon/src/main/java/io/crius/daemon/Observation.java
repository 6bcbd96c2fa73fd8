package io.crius.daemon;

import io.crius.cgroup.Cgroups;
import io.crius.config.CriusConfig;
import io.crius.config.MetricsTable;
import io.crius.config.RootTable;
import io.crius.config.StatsTable;
import io.crius.linux.Linux;
import io.crius.linux.StatFs;
import io.crius.server.container.ListContainers;
import io.crius.server.edge.CallListener;
import io.crius.server.edge.StatsCalls;
import io.crius.server.events.EventFeed;
import io.crius.server.explain.Leftovers;
import io.crius.server.metrics.ChosenMetrics;
import io.crius.server.metrics.DaemonMetrics;
import io.crius.server.metrics.MetricsServer;
import io.crius.server.metrics.Operations;
import io.crius.server.podmetrics.ListMetricDescriptors;
import io.crius.server.podmetrics.ListPodSandboxMetrics;
import io.crius.server.podmetrics.MetricGroup;
import io.crius.server.podmetrics.MetricTable;
import io.crius.server.sandbox.ListPodSandbox;
import io.crius.server.state.Registry;
import io.crius.server.stats.ContainerStats;
import io.crius.server.stats.ListContainerStats;
import io.crius.server.stats.ListPodSandboxStats;
import io.crius.server.stats.PodSandboxStats;
import io.crius.server.stats.Sampler;
import io.crius.storage.Store;
import io.crius.streaming.tls.SelfSignedCertificate;
import io.crius.streaming.tls.TlsFiles;
import io.crius.streaming.tls.TlsSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What looks at pods and containers: the sampler with its calls, and the events. */
final class Observation implements AutoCloseable {
    private final StatsCalls calls;
    private final Optional<EventFeed> events;
    private final Sampler sampler;
    private final CriusConfig config;
    private final Counters counts;
    private Optional<MetricsServer> metrics = Optional.empty();

    /** What is looked at. */
    record Node(Registry registry, Cgroups cgroups, Store store, Linux linux, Leftovers leftovers) {}

    Observation(CriusConfig config, Node node, Counters counts, InstantSource clock) {
        this.config = config;
        this.counts = counts;
        Set<MetricGroup> groups = MetricGroup.parse(config.stats().includedPodMetrics());
        this.sampler = new Sampler(
                new Sampler.Sources(node.registry(), node.cgroups(), node.linux(), node.store()::writableTree, clock),
                new Sampler.Rules(
                        period(config.stats()), MetricGroup.parts(groups), groups.contains(MetricGroup.PROCESS)));
        this.calls = calls(node, writableLayers(config.root()), new MetricTable(groups));
        this.events = config.runtime().enablePodEvents()
                ? Optional.of(new EventFeed(node.registry(), clock))
                : Optional.empty();
        events.ifPresent(node.registry()::listen);
        if (config.metrics().enableMetrics()) {
            node.registry().listen(counts.containers());
            this.metrics = Optional.of(serve(node));
        }
    }

    private MetricsServer serve(Node node) {
        MetricsTable table = config.metrics();
        var text = new DaemonMetrics(
                new DaemonMetrics.Counts(
                        counts.operations(),
                        counts.containers(),
                        counts.pulls(),
                        counts.stalls(),
                        () -> events.map(EventFeed::lost).orElse(0L),
                        () -> node.registry()
                                .pods()
                                .filter(pod -> pod.networkProblem().isPresent())
                                .count(),
                        node.leftovers()::all),
                config.runtime().defaultRuntime(),
                ChosenMetrics.of(table.metricsCollectors()));
        return new MetricsServer(
                new MetricsServer.Places(
                        table.metricsHost(), Math.toIntExact(table.metricsPort()), tls(table), table.metricsSocket()),
                text::text);
    }

    /** Compat: with both files named it is HTTPS; they are made where neither is there, and read again when they change. */
    private Optional<TlsSockets> tls(MetricsTable table) {
        if (table.metricsCert().isEmpty() || table.metricsKey().isEmpty()) {
            return Optional.empty();
        }
        Path certificate = table.metricsCert().get();
        Path key = table.metricsKey().get();
        SelfSignedCertificate.makeIfMissing(certificate, key, NodeFacts.nodeName(), addresses(table));
        return Optional.of(
                TlsSockets.open(TlsFiles.of(certificate, key, Optional.empty(), config.api()), "metrics server"));
    }

    private static List<byte[]> addresses(MetricsTable table) {
        try {
            return List.of(InetAddress.ofLiteral(table.metricsHost()).getAddress());
        } catch (IllegalArgumentException _) {
            // A name, by which clients may call it, but no address.
            return List.of();
        }
    }

    /** Who hears of calls: {@code used}, and the counters where they are wanted. */
    CallListener listener(Runnable used) {
        if (metrics.isEmpty()) {
            return used::run;
        }
        return new CallListener() {
            @Override
            public void called() {
                used.run();
            }

            @Override
            public void ended(String name, Duration took, boolean answered) {
                counts.operations().ended(name, took, answered ? Operations.End.ANSWERED : Operations.End.FAILED);
            }
        };
    }

    /** The folder that ImageFsInfo names. Compat: containers/storage's names. */
    private static Path writableLayers(RootTable root) {
        String driver = root.storageDriver().word();
        return root.root().resolve(driver + (root.imageStore().isPresent() ? "-containers" : "-images"));
    }

    private StatsCalls calls(Node node, Path containers, MetricTable table) {
        var pods = new ListPodSandboxStats(node.registry(), new ListPodSandbox(node.registry()), sampler);
        return new StatsCalls(
                new ContainerStats(node.registry(), sampler),
                new ListContainerStats(new ListContainers(node.registry()), sampler),
                new PodSandboxStats(node.registry(), pods),
                pods,
                new ListMetricDescriptors(table),
                new ListPodSandboxMetrics(table, pods, () -> filesystem(node.linux(), containers)),
                containers);
    }

    /** Compat: the older of the two options counts where the newer one is not set. */
    private static Duration period(StatsTable stats) {
        return stats.collectionPeriod().isZero() ? stats.statsCollectionPeriod() : stats.collectionPeriod();
    }

    private static ListPodSandboxMetrics.Filesystem filesystem(Linux linux, Path folder) {
        try {
            StatFs found = linux.features().statFs(folder);
            return new ListPodSandboxMetrics.Filesystem(
                    found.blocks() * found.blockSize(), found.files(), found.freeFiles());
        } catch (IOException e) {
            throw new io.crius.model.CriusException.Failed("statfs " + folder + ": " + e.getMessage(), e);
        }
    }

    void start() {
        sampler.start();
    }

    StatsCalls calls() {
        return calls;
    }

    Optional<EventFeed> events() {
        return events;
    }

    /** Ends the streams of events, which would keep the endpoint from closing. Idempotent. */
    void endStreams() {
        events.ifPresent(EventFeed::close);
    }

    @Override
    public void close() {
        sampler.close();
        metrics.ifPresent(MetricsServer::close);
    }
}
