package io.crius.server.recovery;

import io.crius.cgroup.CgroupLayout;
import io.crius.cgroup.CgroupTree;
import io.crius.cgroup.CgroupfsCgroups;
import io.crius.cgroup.Controllers;
import io.crius.config.ImageVolumes;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerMetadata;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.LinuxContainerConfig;
import io.crius.cri.v1.LinuxContainerSecurityContext;
import io.crius.cri.v1.LinuxPodSandboxConfig;
import io.crius.cri.v1.LinuxSandboxSecurityContext;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.NamespaceOption;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxMetadata;
import io.crius.cri.v1.RunPodSandboxRequest;
import io.crius.image.ImageCatalog;
import io.crius.image.PinnedImages;
import io.crius.image.RunPolicy;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.registries.RegistriesConf;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.Deadline;
import io.crius.model.ImageId;
import io.crius.model.PodId;
import io.crius.model.Ticker;
import io.crius.network.hostport.HostPorts;
import io.crius.network.pod.PodNamespaces;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.cli.RuntimePrograms;
import io.crius.runtime.conmon.MonitorPlaces;
import io.crius.runtime.conmon.Strays;
import io.crius.runtime.exit.ExitNews;
import io.crius.runtime.exit.ExitWatcher;
import io.crius.runtime.process.NodeProcesses;
import io.crius.server.container.ContainerExits;
import io.crius.server.container.ContainerFiles;
import io.crius.server.container.ContainerPlanner;
import io.crius.server.container.ContainerProcesses;
import io.crius.server.container.ContainerRemoval;
import io.crius.server.container.ContainerResources;
import io.crius.server.container.CpuPins;
import io.crius.server.container.CreateContainer;
import io.crius.server.container.DeviceRules;
import io.crius.server.container.EndedContainers;
import io.crius.server.container.ExecSync;
import io.crius.server.container.FipsFiles;
import io.crius.server.container.HostDevices;
import io.crius.server.container.ImageMounts;
import io.crius.server.container.MountRules;
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
import io.crius.server.cpu.NodeCpus;
import io.crius.server.cpu.NodeInterrupts;
import io.crius.server.edge.WireRequests;
import io.crius.server.job.Admission;
import io.crius.server.job.CreationJobs;
import io.crius.server.node.FakeHandler;
import io.crius.server.node.RuntimeHandlers;
import io.crius.server.sandbox.IdRanges;
import io.crius.server.sandbox.LeastIds;
import io.crius.server.sandbox.PauseExits;
import io.crius.server.sandbox.PauseRules;
import io.crius.server.sandbox.PodChooser;
import io.crius.server.sandbox.PodFiles;
import io.crius.server.sandbox.PodNetwork;
import io.crius.server.sandbox.PodPause;
import io.crius.server.sandbox.PodPlanner;
import io.crius.server.sandbox.PodRemoval;
import io.crius.server.sandbox.PodResources;
import io.crius.server.sandbox.PodSysctls;
import io.crius.server.sandbox.RemovePodSandbox;
import io.crius.server.sandbox.RunPodSandbox;
import io.crius.server.sandbox.StopPodSandbox;
import io.crius.server.selinux.Levels;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerRequest;
import io.crius.server.state.ContainerState;
import io.crius.server.state.JournalFolder;
import io.crius.server.state.LinuxResources;
import io.crius.server.state.Pod;
import io.crius.server.state.PodRequest;
import io.crius.server.state.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/** A daemon on a {@link TestNode}, without socket and threads of its own: the operations, wired as the real one wires them. */
final class TestDaemon implements AutoCloseable {
    private static final Duration MOMENT = Duration.ofMillis(300);
    final Registry registry;
    final Sweeper sweeper;
    final NetworkChecks networkChecks;
    final Ledger ledger;
    final CreationJobs<ContainerRequest, Container> containerCreations;
    final CreationJobs<PodRequest, Pod> podCreations;
    final ContainerExits listener;
    final StopContainer stopContainer;
    final ExecSync execSync;
    final UpdateContainerResources update;
    final ReopenContainerLog reopen;
    private final RunPodSandbox run;
    private final StopPodSandbox stop;
    private final RemovePodSandbox remove;
    private final CreateContainer create;
    private final StartContainer start;
    private final PendingRemovals removals;
    private final RemoveContainer removeContainer;
    private final Reconciler reconciler;
    private final ExitWatcher exits;
    private final Recovery recovery;
    private Duration patience = Duration.ofSeconds(10);

    private final TestNode node;
    private final Ticker clock;

    /** The machine's own are not touched. */
    static final CgroupLayout NO_CGROUPS = new CgroupLayout(CgroupLayout.Mode.V1, Map.of(), Set.of(), Optional.empty());

    /**
     * What a daemon has of the machine it runs on.
     *
     * @param jobs makes the threads of creations
     * @param news tells of exit files
     */
    record Machine(
            Ticker clock,
            ThreadFactory jobs,
            Supplier<PodId> podIds,
            Supplier<ContainerId> containerIds,
            Optional<ExitNews> news,
            CgroupLayout cgroups) {
        static Machine real() {
            return new Machine(
                    Ticker.system(),
                    Thread.ofPlatform().factory(),
                    PodId::random,
                    ContainerId::random,
                    Optional.empty(),
                    NO_CGROUPS);
        }
    }

    TestDaemon(TestNode node) {
        this(node, Machine.real());
    }

    TestDaemon(TestNode node, Machine machine) {
        this.node = node;
        this.clock = machine.clock();
        var namespaces = new PodNamespaces(node.folder.resolve("ns"), node.linux.namespaces(), node.linux.features());
        var cgroups = new CgroupfsCgroups(CgroupTree.of(machine.cgroups()));
        RuntimeHandlers handlers = _ -> FakeHandler.handler();
        registry = new Registry(node.pods(), clock);
        var cpus = CpuIsolation.open(
                node.folder.resolve("cpus"),
                new CpuIsolation.Node(
                        new NodeCpus(node.folder),
                        new NodeInterrupts(
                                new NodeInterrupts.Places(node.folder, Optional.empty(), List.of()),
                                node.linux.files()),
                        cgroups.tree(),
                        node.linux.files()));
        var ended = new EndedContainers(node.runtime, node.store, cpus);
        listener = new ContainerExits(registry, node.runtime, ended);
        exits = watcher(node, machine, new PauseExits(registry, clock, listener));
        var podNetwork = new PodNetwork(node.networks, new HostPorts(node.rules), PodNetwork.HostPortRule.LEAD);
        var podFiles = new PodFiles(node.linux, (_, _, _) -> {});
        var podResources = new PodResources(
                namespaces,
                podNetwork,
                podFiles,
                new PodSysctls(java.util.Map.of()),
                new PodPause(node.runtime, exits, cgroups, pauseRules(node)),
                cgroups);
        removals = new PendingRemovals(registry, clock);
        var images =
                new ImageMounts(registry, ImageMounts.Contents.of(node.store, ""), node.linux.mounts(), node.images());
        var containerResources = new ContainerResources(node.store, ended, exits, images, removals);
        var podRemoval = new PodRemoval(registry, podResources);
        var containerRemoval = new ContainerRemoval(registry, containerResources);
        var processes = new ContainerProcesses(node.runtime, cgroups);
        stopContainer = new StopContainer(registry, processes, clock);
        execSync = new ExecSync(registry, processes);
        reopen = new ReopenContainerLog(registry, processes);
        removeContainer = new RemoveContainer(registry, stopContainer, containerRemoval);
        containerCreations = new CreationJobs<>("container", new Admission(8, 100, clock), _ -> {}, machine.jobs());
        podCreations = new CreationJobs<>("pod", new Admission(8, 100, clock), _ -> {}, machine.jobs());
        stop = new StopPodSandbox(registry, containerCreations, stopContainer, podResources, clock);
        remove = new RemovePodSandbox(registry, stop, removeContainer, removals, podRemoval);
        var podRules = new PodPlanner.Rules(
                node.folder.resolve("run"),
                node.folder.resolve("logs"),
                "node",
                PauseRules.When.NEEDED,
                new PodChooser(
                        List.of(),
                        node.selinux.map(
                                on -> new PodChooser.Selinux(on.labels(), new Levels(() -> Set.of(), new Random(1)))),
                        new IdRanges(node.folder, List::of, clock),
                        LeastIds.NONE));
        run = new RunPodSandbox(
                registry,
                podCreations,
                new PodPlanner(handlers, cgroups, namespaces, podNetwork, podRules, clock),
                podResources,
                machine.podIds());
        var catalog = new ImageCatalog(
                node.store,
                ArtifactStore.open(node.folder, List.of(), node.linux),
                () -> RegistriesConf.empty("test"),
                () -> new PinnedImages(List.of(), "pause"));
        var rules = new ContainerPlanner.Rules(
                node.store.graphContainers(),
                node.store.runContainers(),
                OptionalLong.empty(),
                ContainerLog.Copy.NONE,
                List.of(),
                RunPolicy.ACCEPT_ALL,
                ContainerPlanner.ArtifactVolumes.ALLOWED);
        var planner = new ContainerPlanner(handlers, catalog, rules, clock, machine.containerIds());
        var pins = new CpuPins(registry, planner, cgroups, cpus);
        start = new StartContainer(registry, processes, pins, containerRemoval, clock);
        var files = new ContainerFiles(node.linux, MountRules.NONE, ImageVolumes.MKDIR);
        update = new UpdateContainerResources(registry, node.runtime, files, nodeRules(cgroups), pins);
        var parts = new CreateContainer.Parts(
                planner,
                containerResources,
                files,
                new PidNamespaces(registry, node.linux, node.folder.resolve("proc")),
                new SpecSources(
                        new HostDevices(Path.of("/dev"), DeviceRules.NONE),
                        new CdiDevices(List.of()),
                        new NodeHooks(List.of()),
                        SubscriptionMounts.of(Optional.empty()),
                        FipsFiles.ofKernel(),
                        new VolumeLabels(node.selinux),
                        new SeccompArtifacts(
                                _ -> {
                                    throw new AssertionError("nothing is pulled here");
                                },
                                _ -> Optional.empty())),
                new SpecGenerator(nodeRules(cgroups)),
                node.runtime,
                exits);
        create = new CreateContainer(registry, containerCreations, parts);
        reconciler = new Reconciler(registry, containerRemoval, podRemoval, podResources, clock);
        var strays = new Strays(
                node.fakeLinux.linux(),
                new MonitorPlaces(node.exits(), node.folder.resolve("attach"), "error"),
                Set.of(),
                RuntimePrograms.INSTALLED);
        sweeper = new Sweeper(
                registry,
                namespaces,
                node.networks,
                node.store,
                clock,
                List.of(
                        new StrayContainers(registry, strays, node.store, cgroups),
                        new StrayPods(
                                registry,
                                new NodeProcesses(Linux.real().processes()),
                                podFiles,
                                node.folder.resolve("run")),
                        Chore.of("mounts of images that nothing uses", images::releaseUnused)));
        networkChecks = new NetworkChecks(registry, podNetwork, clock);
        ledger = new Ledger(registry, reconciler, sweeper);
        recovery = new Recovery(
                registry,
                new JournalFolder(registry, new WireRequests()),
                node.runtime,
                exits,
                listener,
                podResources,
                clock);
    }

    private static ExitWatcher watcher(TestNode node, Machine machine, PauseExits listener) {
        return machine.news()
                .map(news -> ExitWatcher.open(
                        node.fakeLinux.linux(),
                        node.exits(),
                        listener,
                        new ExitWatcher.Senses(MOMENT, machine.clock(), news)))
                .orElseGet(() -> ExitWatcher.open(node.fakeLinux.linux(), node.exits(), listener, MOMENT));
    }

    /** A daemon that has looked at what its predecessors left. */
    static TestDaemon recovered(TestNode node) throws InterruptedException {
        return new TestDaemon(node).recover();
    }

    /** Looks at what its predecessors left. */
    TestDaemon recover() throws InterruptedException {
        recovery.run();
        return this;
    }

    /** Gives back what is owed, and sweeps, from time to time from now on. */
    void startRounds() {
        reconciler.start();
        sweeper.start();
        networkChecks.start();
    }

    private static PauseRules pauseRules(TestNode node) {
        return new PauseRules(
                node.folder.resolve("pause"), PauseRules.When.NEEDED, Optional.empty(), 0, NodeRules.Hierarchy.V1);
    }

    private static NodeRules nodeRules(CgroupfsCgroups cgroups) {
        return new NodeRules(
                new NodeRules.ProcessRules(List.of(), List.of(), 0, 0),
                new NodeRules.CapabilityRules(Set.of(), Set.of(), NodeRules.Inheritance.NOT_INHERITABLE),
                limitRules(cgroups),
                NodeRules.CpuRules.NONE,
                new NodeRules.SeccompRules(
                        NodeRules.Support.THERE,
                        "amd64",
                        () -> {
                            throw new AssertionError("no container here asks for the default seccomp profile");
                        },
                        Optional.empty()),
                NodeRules.AppArmorRules.NONE,
                Optional.empty(),
                NodeRules.FileRules.DEFAULT);
    }

    private static NodeRules.LimitRules limitRules(CgroupfsCgroups cgroups) {
        return new NodeRules.LimitRules(cgroups, new Controllers(Set.of(), false), NodeRules.Hierarchy.V1, 0);
    }

    Pod runPod() {
        return runPodNamed("web");
    }

    Pod runPodNamed(String name) {
        byte[] wire = RunPodSandboxRequest.newBuilder()
                .setConfig(podConfig(name))
                .build()
                .toByteArray();
        return soon(() -> run.run(new WireRequests().pod(wire), wire));
    }

    /** Whether the container, or the pause process that bears its pod's id, is anybody's. */
    boolean owns(ContainerId id) {
        return registry.any(id).isPresent()
                || registry.any(new PodId(id.value())).isPresent();
    }

    /** How long callers wait from now on. */
    void patience(Duration limit) {
        patience = limit;
    }

    private PodSandboxConfig podConfig(String name) {
        return PodSandboxConfig.newBuilder()
                .addAllPortMappings(node.ports)
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setSecurityContext(
                                LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(namespaces())))
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(name)
                        .setNamespace("default")
                        .setUid("uid-1"))
                .build();
    }

    private NamespaceOption namespaces() {
        return NamespaceOption.newBuilder().setPid(node.pid).build();
    }

    Container createContainer(Pod pod) {
        return createContainer(pod, "main");
    }

    Container createContainer(Pod pod, String name) {
        byte[] wire = CreateContainerRequest.newBuilder()
                .setPodSandboxId(pod.id().value())
                .setConfig(ContainerConfig.newBuilder()
                        .setMetadata(ContainerMetadata.newBuilder().setName(name))
                        .setLinux(LinuxContainerConfig.newBuilder()
                                .setSecurityContext(LinuxContainerSecurityContext.newBuilder()
                                        .setNamespaceOptions(namespaces())))
                        .setImage(ImageSpec.newBuilder().setImage(FakeStore.IMAGE.value()))
                        .addAllMounts(node.mounts)
                        .addMounts(Mount.newBuilder()
                                .setContainerPath("/model")
                                .setImage(ImageSpec.newBuilder().setImage(FakeStore.IMAGE.value()))))
                .setSandboxConfig(podConfig(pod.definition().name().name()))
                .build()
                .toByteArray();
        return soon(() -> create.create(pod, new WireRequests().container(pod.id(), wire), wire));
    }

    Container startContainer(Container container) {
        return soon(() -> {
            start.start(container.id().value());
            return container;
        });
    }

    Container runContainer(Pod pod, String name) {
        return startContainer(createContainer(pod, name));
    }

    Container runContainer(Pod pod) {
        return startContainer(createContainer(pod));
    }

    void stopPod(Pod pod) {
        boolean _ = soon(() -> {
            stop.stop(pod.id().value());
            return true;
        });
    }

    void removePod(Pod pod) {
        boolean _ = soon(() -> {
            remove.remove(pod.id().value());
            return true;
        });
    }

    void stopContainer(Container container) {
        stopContainer(container, Duration.ofSeconds(1));
    }

    void stopContainer(Container container, Duration grace) {
        boolean _ = soon(() -> {
            stopContainer.stop(container.id().value(), grace);
            return true;
        });
    }

    void updateContainer(Container container, LinuxResources changes) {
        boolean _ = soon(() -> {
            update.update(container.id().value(), changes);
            return true;
        });
    }

    void reopenLog(Container container) {
        boolean _ = soon(() -> {
            reopen.reopen(container.id().value());
            return true;
        });
    }

    void removeContainer(Container container) {
        boolean _ = soon(() -> {
            removeContainer.remove(container.id().value());
            return true;
        });
    }

    /** Whatever removals were answered are over. */
    void awaitRemovals() {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (registry.everyContainer().stream()
                .anyMatch(container -> container.state() instanceof ContainerState.Doomed
                        && !container.executor().isIdle())) {
            if (System.nanoTime() > end) {
                throw new AssertionError("a removal hangs");
            }
            Thread.onSpinWait();
        }
    }

    /** As the daemon does before it ends. */
    boolean removalsAreOver() {
        return removals.awaitAll();
    }

    /** As RemoveImage does; true afterwards. */
    boolean awaitRemovals(ImageId image) {
        removals.awaitThoseOf(image);
        return true;
    }

    /** Whether the reconciler has found something that the object could not give back. */
    boolean owes(String id) {
        return reconciler.arrears(id).isPresent();
    }

    private <T> T soon(ScopedValue.CallableOp<T, RuntimeException> operation) {
        return ScopedValue.where(Deadline.CURRENT, Deadline.after(patience, clock))
                .call(operation);
    }

    /** One attempt for all that is owed, after any pause that it has to make. */
    void reconcile() {
        reconciling().join();
    }

    /** The same, without waiting for its end. */
    CompletableFuture<Void> reconciling() {
        return reconciler.round(clock.nanoTime() + Duration.ofHours(1).toNanos());
    }

    /** As the reconciler does from time to time. */
    void lookWhatIsOwed() {
        var _ = reconciler.round(clock.nanoTime());
    }

    /** Stops and removes whatever is visible. */
    void removeEverything() {
        List<Pod> pods = registry.pods().toList();
        pods.forEach(this::stopPod);
        pods.forEach(this::removePod);
        reconcile();
    }

    @Override
    public void close() {
        reconciler.close();
        sweeper.close();
        networkChecks.close();
        exits.close();
    }
}
