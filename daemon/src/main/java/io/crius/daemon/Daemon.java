package io.crius.daemon;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupfsCgroups;
import io.crius.cgroup.Cgroups;
import io.crius.cgroup.SystemdCgroups;
import io.crius.cgroup.dbus.DbusUnits;
import io.crius.config.CgroupDriver;
import io.crius.config.CriusConfig;
import io.crius.config.LoadedConfig;
import io.crius.config.RootTable;
import io.crius.daemon.log.DaemonLog;
import io.crius.image.ImageCatalog;
import io.crius.image.PinnedImages;
import io.crius.image.TrustedRuns;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialHelper;
import io.crius.image.auth.NamespacedCredentials;
import io.crius.image.auth.NodeCredentials;
import io.crius.image.encryption.KeyFolder;
import io.crius.image.pull.ImagePuller;
import io.crius.image.pull.ImageSources;
import io.crius.image.pull.PullLimits;
import io.crius.image.pull.PullSettings;
import io.crius.image.pull.TrustedPulls;
import io.crius.image.registries.CurrentRegistries;
import io.crius.image.registries.RegistriesFiles;
import io.crius.image.registry.HttpSettings;
import io.crius.image.registry.Transports;
import io.crius.image.trust.ImageTrust;
import io.crius.image.trust.PolicyFiles;
import io.crius.image.trust.source.SignatureSources;
import io.crius.linux.Linux;
import io.crius.linux.Signals;
import io.crius.model.Ticker;
import io.crius.network.cni.CniNetworks;
import io.crius.network.cni.CniOptions;
import io.crius.network.cni.PluginListener;
import io.crius.network.cni.PluginNetworks;
import io.crius.network.hostport.HostPorts;
import io.crius.network.pod.PodDialer;
import io.crius.network.pod.PodNamespaces;
import io.crius.oci.image.HostPlatform;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.cli.SealedPrograms;
import io.crius.runtime.conmon.MonitorPlaces;
import io.crius.runtime.conmon.Strays;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.runtime.oci.OciRuntime;
import io.crius.runtime.probe.ConfiguredHandlers;
import io.crius.runtime.probe.NodeRuntimes;
import io.crius.runtime.probe.RuntimeProbe;
import io.crius.runtime.process.NodeProcesses;
import io.crius.runtime.process.Orphans;
import io.crius.runtime.session.MonitoredSessions;
import io.crius.server.container.Attach;
import io.crius.server.container.ContainerExits;
import io.crius.server.container.ContainerFiles;
import io.crius.server.container.ContainerPlanner;
import io.crius.server.container.ContainerProcesses;
import io.crius.server.container.ContainerRemoval;
import io.crius.server.container.ContainerResources;
import io.crius.server.container.ContainerStatus;
import io.crius.server.container.CpuPins;
import io.crius.server.container.CreateContainer;
import io.crius.server.container.EndedContainers;
import io.crius.server.container.Exec;
import io.crius.server.container.ExecSync;
import io.crius.server.container.FipsFiles;
import io.crius.server.container.HostDevices;
import io.crius.server.container.ImageMounts;
import io.crius.server.container.ListContainers;
import io.crius.server.container.MountRules;
import io.crius.server.container.MountedContents;
import io.crius.server.container.PendingRemovals;
import io.crius.server.container.PidNamespaces;
import io.crius.server.container.RemoveContainer;
import io.crius.server.container.ReopenContainerLog;
import io.crius.server.container.SeccompArtifacts;
import io.crius.server.container.SpecSources;
import io.crius.server.container.StartContainer;
import io.crius.server.container.StopContainer;
import io.crius.server.container.SubscriptionMounts;
import io.crius.server.container.UpdateContainerResources;
import io.crius.server.container.VolumeLabels;
import io.crius.server.container.spec.NodeRules;
import io.crius.server.container.spec.SpecGenerator;
import io.crius.server.container.vendor.CdiDevices;
import io.crius.server.container.vendor.NodeHooks;
import io.crius.server.cpu.CpuIsolation;
import io.crius.server.edge.ContainerCalls;
import io.crius.server.edge.CriEndpoint;
import io.crius.server.edge.ImageCalls;
import io.crius.server.edge.NodeCalls;
import io.crius.server.edge.PodCalls;
import io.crius.server.edge.WireRequests;
import io.crius.server.explain.Arrears;
import io.crius.server.explain.Leftovers;
import io.crius.server.image.ImageFsInfo;
import io.crius.server.image.ImageRemovals;
import io.crius.server.image.ImageStatus;
import io.crius.server.image.ListImages;
import io.crius.server.image.PullImage;
import io.crius.server.image.RemoveImage;
import io.crius.server.metrics.CountedExits;
import io.crius.server.node.Handlers;
import io.crius.server.node.NodeStatus;
import io.crius.server.recovery.Chore;
import io.crius.server.recovery.Ledger;
import io.crius.server.recovery.NetworkChecks;
import io.crius.server.recovery.PortRefresh;
import io.crius.server.recovery.Reconciler;
import io.crius.server.recovery.Recovery;
import io.crius.server.recovery.StrayContainers;
import io.crius.server.recovery.StrayPods;
import io.crius.server.recovery.Sweeper;
import io.crius.server.sandbox.LeastIds;
import io.crius.server.sandbox.ListPodSandbox;
import io.crius.server.sandbox.PauseExits;
import io.crius.server.sandbox.PauseRules;
import io.crius.server.sandbox.PodChooser;
import io.crius.server.sandbox.PodFiles;
import io.crius.server.sandbox.PodNetwork;
import io.crius.server.sandbox.PodPause;
import io.crius.server.sandbox.PodPlanner;
import io.crius.server.sandbox.PodRemoval;
import io.crius.server.sandbox.PodResources;
import io.crius.server.sandbox.PodSandboxStatus;
import io.crius.server.sandbox.PodSysctls;
import io.crius.server.sandbox.PortForward;
import io.crius.server.sandbox.RemovePodSandbox;
import io.crius.server.sandbox.RunPodSandbox;
import io.crius.server.sandbox.StopPodSandbox;
import io.crius.server.sandbox.UpdatePodSandboxResources;
import io.crius.server.selinux.KernelFileLabels;
import io.crius.server.state.JournalFolder;
import io.crius.server.state.Registry;
import io.crius.storage.DriverKind;
import io.crius.storage.Store;
import io.crius.storage.StoreOptions;
import io.crius.storage.archive.UnpackLimits;
import io.crius.streaming.StreamingServer;
import io.crius.streaming.StreamingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The object graph of the daemon, and its life from the first socket to the last. */
final class Daemon implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.crius.daemon");
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    /** When memory is given back: between kubelet's calls, which come every second or so. */
    private static final IdleCollector.Pace MEMORY =
            new IdleCollector.Pace(Duration.ofMillis(400), Duration.ofSeconds(10));

    private final CriusConfig config;
    private final Ticker clock = Ticker.system();
    private final Counters counts = new Counters();
    private final Linux linux;
    private final Orphans orphans;
    private final Cgroups cgroups;
    private final NodeRules.Hierarchy hierarchy;
    private final Handlers handlers;
    private final PodNamespaces namespaces;
    private final CniNetworks networks;
    private final Store store;
    private final StoreRepair storeRepair;
    private final ArtifactStore artifacts;
    private final CurrentRegistries registries;
    private final Registry registry;
    private final NodeSelinux selinux;
    private final SealedPrograms programs;
    private final OciRuntime runtime;
    private final CpuIsolation cpus;
    private final ContainerExits ends;
    private final ExitWatcher exits;
    private final HostPorts hostPorts;
    private final PortRefresh portRefresh;
    private final PodNetwork podNetwork;
    private final PodResources podResources;
    private final ImageMounts imageMounts;
    private final ImageRemovals imageRemovals;
    private final ContainerResources containerResources;
    private final PendingRemovals removals;
    private final ContainerRemoval containerRemoval;
    private final PodRemoval podRemoval;
    private final Creations creations;
    private final Reconciler reconciler;
    private final Sweeper sweeper;
    private final NetworkChecks networkChecks;
    private final Ledger ledger;
    private final IdleCollector idle;
    private final ImageCatalog catalog;
    private final ImagePuller puller;
    private final Inspections inspections;
    private final Observation observation;
    private final StreamingServer streaming;
    private final Once<String> configuration;
    private volatile PinnedImages pinned;
    private volatile Path decryptionKeys;

    private Daemon(CriusConfig config, Linux linux) {
        SpecRules.checkProfiles(config);
        this.linux = linux;
        this.config = config;
        this.configuration = new Once<>(() -> NodeFacts.configuration(config));
        this.pinned =
                new PinnedImages(config.image().pinnedImages(), config.image().pauseImage());
        this.decryptionKeys = config.runtime().decryptionKeysPath();
        this.creations = Creations.of(config.crius(), counts.stalls()::joined);
        this.orphans = Orphans.adopt(linux.processes(), Orphans.INTERVAL);
        CgroupLayout layout = CgroupLayout.detect();
        CgroupTree tree = CgroupTree.of(layout);
        this.hierarchy = layout.mode() == CgroupLayout.Mode.V2 ? NodeRules.Hierarchy.V2 : NodeRules.Hierarchy.V1;
        this.cgroups = config.runtime().cgroupManager() == CgroupDriver.SYSTEMD
                ? new SystemdCgroups(tree, DbusUnits.onNode())
                : new CgroupfsCgroups(tree);
        this.handlers = new Handlers(config.runtimes(), this::probeRuntimes);
        this.namespaces = new PodNamespaces(config.runtime().namespacesDir(), linux.namespaces(), linux.features());
        this.networks = PluginNetworks.start(cni(), linux, namespaces::isLive, PluginListener.NONE);
        this.store = Store.open(storeOptions(config.root()), linux);
        this.storeRepair = StoreRepair.begin(config.root(), store, linux);
        this.artifacts =
                ArtifactStore.open(config.root().root(), config.runtime().additionalArtifactStores(), linux);
        this.registries = registries();
        this.registry = new Registry(config.crius().stateDir().resolve("pods"));
        this.selinux = NodeSelinux.of(config.runtime(), registry);
        this.programs = new SealedPrograms(linux, config.crius().runDir().resolve("runtimes"), clock);
        this.runtime = new OciRuntime(linux, programs, cgroups, monitorPlaces());
        this.cpus = NodeTuning.of(config, cgroups.tree(), linux.files());
        var ended = new EndedContainers(runtime, store, cpus);
        this.ends = new ContainerExits(registry, runtime, ended);
        this.exits = ExitWatcher.open(
                linux,
                config.runtime().containerExitsDir(),
                new CountedExits(registry, counts.containers(), new PauseExits(registry, clock, ends)),
                ExitWatcher.LATE_MONITOR);
        this.hostPorts = HostPorts.onNode(NodeFacts.hostPortTable(config.crius().runDir()));
        this.portRefresh = new PortRefresh(hostPorts);
        this.podNetwork = new PodNetwork(
                networks,
                hostPorts,
                config.runtime().disableHostportMapping()
                        ? PodNetwork.HostPortRule.LEAVE
                        : PodNetwork.HostPortRule.LEAD);
        var podFiles = new PodFiles(linux, new KernelFileLabels(linux));
        this.podResources = new PodResources(
                namespaces,
                podNetwork,
                podFiles,
                new PodSysctls(NodeFacts.sysctls(config.runtime().defaultSysctls())),
                new PodPause(runtime, exits, cgroups, SpecRules.pause(config, hierarchy)),
                cgroups);
        this.catalog = new ImageCatalog(store, artifacts, registries, () -> pinned);
        this.imageMounts = new ImageMounts(
                registry,
                new MountedContents(store, selinux.imageLabel(), catalog, linux.mounts()),
                linux.mounts(),
                config.crius().runDir().resolve("images"));
        this.imageRemovals = new ImageRemovals(
                store, linux.files(), config.crius().stateDir().resolve("removals"));
        this.removals = new PendingRemovals(registry, clock);
        this.containerResources = new ContainerResources(store, ended, exits, imageMounts, removals);
        this.containerRemoval = new ContainerRemoval(registry, containerResources);
        this.podRemoval = new PodRemoval(registry, podResources);
        this.reconciler = new Reconciler(registry, containerRemoval, podRemoval, podResources, clock);
        this.sweeper = new Sweeper(
                registry,
                namespaces,
                networks,
                store,
                clock,
                List.of(
                        new StrayContainers(registry, strays(), store, cgroups),
                        new StrayPods(registry, new NodeProcesses(linux.processes()), podFiles, podFolders()),
                        Chore.of("mounts of images that nothing uses", imageMounts::releaseUnused),
                        Chore.of("layers of images whose removal was cut off", imageRemovals::finishEarlier)));
        this.networkChecks = new NetworkChecks(registry, podNetwork, clock);
        this.ledger = new Ledger(registry, reconciler, sweeper);
        this.idle = IdleCollector.start(MEMORY, System::gc);
        this.puller = puller();
        this.inspections = Inspections.start(config, registry, ledger, catalog, puller, creations::all);
        this.streaming = StreamingServer.open(StreamingSettings.of(config.api()));
        this.observation =
                new Observation(config, new Observation.Node(registry, cgroups, store, linux, ledger), counts, clock);
        // The last step: what the trial makes is taken back when the daemon closes, which needs a whole one.
        handlers.probe();
    }

    private static StoreOptions storeOptions(RootTable root) {
        return StoreOptions.of(root.root(), root.runRoot())
                .with(DriverKind.of(root.storageDriver().word()))
                .withImageStore(root.imageStore())
                .withList(root.storageOptions());
    }

    /** Serves until the process is told to stop; gives the exit status. */
    static int serve(LoadedConfig loaded, Supplier<LoadedConfig> source, Linux linux) throws InterruptedException {
        CriEndpoint.refuseLiveSocket(loaded.config().api().listen());
        try (var _ = RunLock.take(loaded.config().crius().runDir(), linux)) {
            return serveAlone(loaded, source, linux);
        }
    }

    private static int serveAlone(LoadedConfig loaded, Supplier<LoadedConfig> source, Linux linux)
            throws InterruptedException {
        var asked = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> end(asked, closed)));
        try (var daemon = new Daemon(loaded.config(), linux)) {
            var reload = new Reload(loaded, source, daemon::putInForce);
            Thread.ofVirtual().name("signals").start(() -> listen(reload));
            daemon.recover();
            try (CriEndpoint _ = daemon.endpoint()) {
                LOG.log(INFO, () -> "serving on " + loaded.config().api().listen());
                daemon.store.beginCounting();
                daemon.sweeper.start();
                daemon.networkChecks.start();
                daemon.observation.start();
                asked.await();
                daemon.observation.endStreams();
            }
        } finally {
            closed.countDown();
        }
        return 0;
    }

    /** Runs in the JVM's shutdown: asks the daemon to close and gives it a bounded time for that. */
    private static void end(CountDownLatch asked, CountDownLatch closed) {
        asked.countDown();
        try {
            if (!closed.await(LONGEST_CLOSE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.log(WARNING, () -> "closing took longer than " + LONGEST_CLOSE.toSeconds() + " s; ending anyway");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void listen(Reload reload) {
        if (!Signals.on("HUP", reload)) {
            LOG.log(
                    WARNING,
                    "SIGHUP is ignored, as below nohup, so the configuration is not read again while the daemon runs");
        }
        var _ = Signals.on("USR1", ThreadDump::write);
    }

    /** The registries first: they may be what is wrong. */
    private void putInForce(LoadedConfig next) {
        registries.reload();
        pinned = pinned(next.config().image().pinnedImages());
        decryptionKeys = next.config().runtime().decryptionKeysPath();
        DaemonLog.level(next.config().runtime().logLevel());
    }

    private void recover() throws InterruptedException {
        var journals = new JournalFolder(registry, new WireRequests());
        new Recovery(registry, journals, runtime, exits, ends, podResources, clock).run();
        reconciler.start();
        portRefresh.start();
    }

    private CriEndpoint endpoint() {
        var settings = new CriEndpoint.Settings(
                config.api().listen(),
                Math.toIntExact(config.api().grpcMaxSendMsgSize()),
                Math.toIntExact(config.api().grpcMaxRecvMsgSize()),
                observation.listener(idle::used),
                inspections.requests(),
                inspections.api());
        var processes = new ContainerProcesses(runtime, cgroups);
        var stop = new StopContainer(registry, processes, clock);
        var remove = new RemoveContainer(registry, stop, containerRemoval);
        return CriEndpoint.open(
                settings,
                nodeCalls(),
                podCalls(stop, remove),
                containerCalls(processes, stop, remove, catalog),
                images());
    }

    private NodeCalls nodeCalls() {
        var driver = config.runtime().cgroupManager() == CgroupDriver.SYSTEMD
                ? NodeStatus.CgroupDriver.SYSTEMD
                : NodeStatus.CgroupDriver.CGROUPFS;
        return new NodeCalls(
                new io.crius.server.node.Version(config.crius().runtimeName(), Version.current()),
                new NodeStatus(handlers, networks, driver, this::facts),
                observation.calls(),
                observation.events());
    }

    /** The verbose part of Status. */
    private Map<String, String> facts() {
        return Map.of("config", configuration.get(), "leftovers", Leftovers.json(ledger.all()));
    }

    private PodCalls podCalls(StopContainer stopContainer, RemoveContainer removeContainer) {
        var rules = new PodPlanner.Rules(
                podFolders(),
                config.root().logDir(),
                NodeFacts.nodeName(),
                config.runtime().dropInfraContainer() ? PauseRules.When.NEEDED : PauseRules.When.ALWAYS,
                new PodChooser(
                        SpecRules.workloads(config),
                        selinux.forPods(),
                        NodeFacts.ids(registry, store, clock),
                        new LeastIds(
                                config.runtime().minimumMappableUid(),
                                config.runtime().minimumMappableGid())));
        var planner = new PodPlanner(handlers, cgroups, namespaces, podNetwork, rules, clock);
        var stop = new StopPodSandbox(registry, creations.containers(), stopContainer, podResources, clock);
        return new PodCalls(
                new RunPodSandbox(registry, creations.pods(), planner, podResources),
                stop,
                new RemovePodSandbox(registry, stop, removeContainer, removals, podRemoval),
                new PodSandboxStatus(
                        registry, cgroups, id -> ledger.arrears(id.value()).map(Arrears::toString)),
                new ListPodSandbox(registry),
                new UpdatePodSandboxResources(registry),
                new PortForward(registry, new PodDialer(linux.namespaces()), streaming));
    }

    private ContainerCalls containerCalls(
            ContainerProcesses processes, StopContainer stop, RemoveContainer remove, ImageCatalog catalog) {
        var files = new ContainerFiles(
                linux,
                new MountRules(
                        Set.copyOf(config.runtime().absentMountSourcesToReject()),
                        List.of(config.root().root(), config.root().runRoot()),
                        SpecRules.prefix(config.runtime())),
                config.image().imageVolumes());
        String folder = config.root().storageDriver().word() + "-containers";
        long logMax = config.runtime().logSizeMax();
        var rules = new ContainerPlanner.Rules(
                config.root().root().resolve(folder),
                config.root().runRoot().resolve(folder),
                logMax > 0 ? OptionalLong.of(logMax) : OptionalLong.empty(),
                config.runtime().logToJournald() ? ContainerLog.Copy.JOURNAL : ContainerLog.Copy.NONE,
                SpecRules.workloads(config),
                new TrustedRuns(store, registries, trust()),
                config.image().ociArtifactMountSupport()
                        ? ContainerPlanner.ArtifactVolumes.ALLOWED
                        : ContainerPlanner.ArtifactVolumes.REFUSED);
        var planner = new ContainerPlanner(handlers, catalog, rules, clock);
        var pins = new CpuPins(registry, planner, cgroups, cpus);
        pins.recover();
        var sessions = new MonitoredSessions(linux, programs, cgroups.tree());
        var limits = new NodeRules.LimitRules(
                cgroups,
                cgroups.tree().controllers(),
                hierarchy,
                config.runtime().pidsLimit());
        var node = SpecRules.of(config, limits, selinux.labels(), cpus::housekeeping);
        var specs = new SpecGenerator(node);
        var pidNamespaces = new PidNamespaces(registry, linux, Path.of("/proc"));
        var sources = new SpecSources(
                new HostDevices(Path.of("/dev"), SpecRules.devices(config.runtime())),
                new CdiDevices(config.runtime().cdiSpecDirs()),
                new NodeHooks(config.runtime().hooksDir()),
                SubscriptionMounts.of(config.runtime().defaultMountsFile()),
                FipsFiles.ofKernel(),
                new VolumeLabels(selinux.forVolumes(linux)),
                new SeccompArtifacts(puller::pull, id -> catalog.artifact(id.value())));
        var parts = new CreateContainer.Parts(
                planner, containerResources, files, pidNamespaces, sources, specs, runtime, exits);
        return new ContainerCalls(
                new CreateContainer(registry, creations.containers(), parts),
                new StartContainer(registry, processes, pins, containerRemoval, clock),
                stop,
                remove,
                new ContainerStatus(registry, files),
                new ListContainers(registry),
                new ExecSync(registry, processes),
                new ReopenContainerLog(registry, processes),
                new UpdateContainerResources(registry, runtime, files, node, pins),
                new Exec(registry, sessions, streaming),
                new Attach(registry, sessions, streaming));
    }

    private ImageCalls images() {
        return new ImageCalls(
                new PullImage(puller, counts.pulls()),
                new ListImages(catalog),
                new ImageStatus(catalog, puller::lastPull),
                new RemoveImage(catalog, imageRemovals, removals::awaitThoseOf, imageMounts::user),
                new ImageFsInfo(catalog));
    }

    private ImagePuller puller() {
        var helper = new CredentialHelper(System.getenv());
        var credentials = NamespacedCredentials.open(
                config.image().namespacedAuthDir(),
                helper,
                new NodeCredentials(
                        NodeCredentials.files(config.image().globalAuthFile(), System.getenv()),
                        () -> registries.get().credentialHelpers(),
                        helper));
        var transports = new Transports(
                List.of(config.crius().certsDir(), Path.of("/etc/docker/certs.d")),
                System.getenv(),
                HttpSettings.of("crius/" + Version.current()));
        var signatures = new SignatureSources(config.crius().registriesD(), transports);
        var sources = new ImageSources(
                registries,
                credentials,
                transports,
                new TrustedPulls(trust(), signatures),
                new KeyFolder(() -> decryptionKeys));
        var pulls = new PullSettings(
                        config.image().shortNameMode(),
                        HostPlatform.of(System.getProperty("os.arch"), NodeFacts::cpuinfo),
                        PullLimits.of(Runtime.getRuntime().availableProcessors()),
                        UnpackLimits.GENEROUS)
                .withStall(config.image().pullProgressTimeout());
        return new ImagePuller(store, artifacts, sources, pulls);
    }

    private ImageTrust trust() {
        return new ImageTrust(
                new PolicyFiles(config.image().signaturePolicy(), config.image().signaturePolicyDir()), clock);
    }

    private CurrentRegistries registries() {
        return new CurrentRegistries(
                new RegistriesFiles(
                        config.crius().registriesConf(),
                        config.crius().registriesConfDir(),
                        Optional.of(RegistriesFiles.ROOT_ALIASES)),
                config.image().autoReloadRegistries()
                        ? CurrentRegistries.Reload.ON_CHANGE
                        : CurrentRegistries.Reload.ON_REQUEST);
    }

    private PinnedImages pinned(List<String> patterns) {
        return new PinnedImages(patterns, config.image().pauseImage());
    }

    private CniOptions cni() {
        String wanted = config.network().cniDefaultNetwork();
        return CniOptions.of(config.network().networkDir(), config.network().pluginDirs())
                .withDefaultNetwork(wanted.isEmpty() ? Optional.empty() : Optional.of(wanted))
                .withStatusGrace(config.network().cniStatusGracePeriod());
    }

    private Path podFolders() {
        return config.crius().runDir().resolve("pods");
    }

    private Strays strays() {
        List<Path> path = ConfiguredHandlers.searchPath(NodeFacts.SEARCH_PATH);
        return new Strays(linux, monitorPlaces(), new ConfiguredHandlers(config, path).monitors(), programs);
    }

    private NodeRuntimes probeRuntimes() {
        List<Path> path = ConfiguredHandlers.searchPath(NodeFacts.SEARCH_PATH);
        return new RuntimeProbe(
                        linux, cgroups, config, path, config.crius().runDir().resolve("probe"))
                .select();
    }

    private MonitorPlaces monitorPlaces() {
        try {
            Files.createDirectories(config.runtime().containerExitsDir());
            Files.createDirectories(config.runtime().containerAttachSocketDir());
        } catch (IOException e) {
            throw new io.crius.model.CriusException.Failed("folders of container monitors: " + e, e);
        }
        return MonitorPlaces.of(config.runtime());
    }

    @Override
    public void close() {
        creations.close();
        inspections.close();
        streaming.close();
        sweeper.close();
        networkChecks.close();
        observation.close();
        idle.close();
        portRefresh.close();
        reconciler.close();
        boolean atRest = removals.awaitAll();
        exits.close();
        networks.close();
        storeRepair.close();
        store.close();
        if (atRest) {
            storeRepair.markCleanShutdown();
        }
        handlers.close();
        programs.close();
        orphans.close();
    }
}
