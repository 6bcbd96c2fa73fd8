package io.crius.server.stats;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.cgroup.CgroupDetail;
import io.crius.cgroup.CgroupMeter;
import io.crius.cgroup.CgroupMeter.Part;
import io.crius.cgroup.CgroupPath;
import io.crius.cgroup.CgroupUsage;
import io.crius.cgroup.Cgroups;
import io.crius.cgroup.MeterFiles;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.PodId;
import io.crius.runtime.ProcessIdentity;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.container.ContainerView;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import io.crius.storage.WritableTree;
import io.crius.storage.disk.FolderSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures containers and pods for all that ask: one place, one set of open files, one history.
 *
 * <p>With a period a thread measures everything again and again, and answers are what it measured last. Without one, an
 * answer that is older than half a second is measured anew by the thread of the caller, and nothing happens at rest. Thread-safe.
 */
public final class Sampler implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sampler.class.getName());

    /** Callers that come this soon after each other get the same sample. */
    private static final Duration FRESH = Duration.ofMillis(500);

    private static final Duration FOREVER = Duration.ofDays(10_000);

    /** Files of about a hundred containers; those of further ones are opened for each reading. */
    private static final int MOST_OPEN = 1_024;

    private static final int BUFFER = 8_192;

    /**
     * How is measured.
     *
     * @param period {@code collection_period}; zero measures when somebody asks
     * @param parts what is read beyond what everybody wants
     * @param processes whether the files that processes have open are counted
     */
    public record Rules(Duration period, Set<Part> parts, boolean processes) {
        public Rules {
            parts = Set.copyOf(parts);
        }
    }

    /**
     * What is measured.
     *
     * @param layers where the writable layer of a container is
     */
    public record Sources(
            Registry registry,
            Cgroups cgroups,
            Linux linux,
            Function<ContainerId, Optional<WritableTree>> layers,
            InstantSource clock) {}

    private final Sources sources;
    private final Rules rules;
    private final MeterFiles files;
    private final PodNetworkReader networks;
    private final LayerSizes layers;
    private final ProcessFiles processes = new ProcessFiles(Path.of("/proc"));
    private final Map<ContainerId, Meter<ContainerSample>> containers = new ConcurrentHashMap<>();
    private final Map<PodId, Meter<PodSample>> pods = new ConcurrentHashMap<>();
    private @Nullable Thread thread;

    public Sampler(Sources sources, Rules rules) {
        this.sources = sources;
        this.rules = rules;
        this.files = MeterFiles.keeping(sources.linux().descriptors(), MOST_OPEN);
        this.networks = new PodNetworkReader(sources.linux());
        this.layers = new LayerSizes(sources.layers(), new FolderSize(sources.linux()), sources.clock());
    }

    /** Begins to measure by itself, where there is a period. To be called once. */
    public void start() {
        if (!rules.period().isZero()) {
            thread = Thread.ofVirtual().name("stats").start(this::repeat);
        }
    }

    private void repeat() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                round();
                Thread.sleep(rules.period());
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                LOG.log(WARNING, () -> "measuring pods and containers: " + e.getMessage());
            }
        }
    }

    private void round() {
        sources.registry().containers().map(ContainerView::of).forEach(view -> measure(view, Duration.ZERO));
        sources.registry().pods().forEach(pod -> measure(pod, Duration.ZERO));
        forgetTheDead();
    }

    /** What the container uses; empty unless it runs. */
    public Optional<ContainerSample> of(ContainerView container) {
        return measure(container, maxAge());
    }

    /** What the pod uses; empty unless it is ready. */
    public Optional<PodSample> of(Pod pod) {
        return measure(pod, maxAge());
    }

    private Duration maxAge() {
        return rules.period().isZero() ? FRESH : FOREVER;
    }

    private Optional<ContainerSample> measure(ContainerView view, Duration maxAge) {
        if (!(view.state() instanceof ContainerState.Running running)) {
            return Optional.empty();
        }
        RuntimeContainer made = running.runtime();
        CgroupPath path = sources.cgroups().containerCgroup(made.bundle().cgroupParent(), made.id());
        return containers
                .computeIfAbsent(
                        made.id(), _ -> new Meter<>(sources.cgroups().tree().meter(path, files)))
                .sample(maxAge, (cgroup, since) -> measure(made, cgroup, since))
                .map(sample -> withLayer(made.id(), sample));
    }

    private Optional<Meter.Reading<ContainerSample>> measure(
            RuntimeContainer made, CgroupMeter cgroup, Optional<Meter.Reading<ContainerSample>> since) {
        var buffer = new byte[BUFFER];
        Optional<CgroupUsage> usage = cgroup.usage(buffer);
        long now = System.nanoTime();
        return usage.map(used -> new Meter.Reading<>(
                new ContainerSample(
                        sources.clock().instant(),
                        used,
                        since.map(s -> s.rate(now, used.cpuNanos())).orElse(OptionalLong.empty()),
                        rules.parts().isEmpty() ? CgroupDetail.NONE : cgroup.detail(rules.parts(), buffer),
                        rules.processes() ? Optional.of(processes(made)) : Optional.empty(),
                        Optional.empty()),
                now,
                used.cpuNanos()));
    }

    private ProcessCounts processes(RuntimeContainer made) {
        CgroupPath path = sources.cgroups().containerCgroup(made.bundle().cgroupParent(), made.id());
        return processes.count(
                sources.cgroups().tree().processes(path), made.init().pid());
    }

    private ContainerSample withLayer(ContainerId id, ContainerSample sample) {
        return new ContainerSample(
                sample.at(), sample.usage(), sample.nanoCores(), sample.detail(), sample.processes(), layers.of(id));
    }

    private Optional<PodSample> measure(Pod pod, Duration maxAge) {
        if (!(pod.state() instanceof PodState.Ready)) {
            return Optional.empty();
        }
        return pods.computeIfAbsent(pod.id(), _ -> new Meter<>(meter(pod)))
                .sample(maxAge, (cgroup, since) -> measure(pod, cgroup, since));
    }

    /** A pod without a parent has no cgroup of its own: what its containers use is summed up. */
    private CgroupMeter meter(Pod pod) {
        String parent = pod.definition().cgroupParent();
        return sources.cgroups()
                .podCgroup(parent)
                .filter(_ -> !pod.definition().request().cgroupParent().isEmpty())
                .<CgroupMeter>map(path -> sources.cgroups().tree().meter(path, files))
                .orElseGet(() -> new SummedMeter(() -> sources.registry().containersOf(pod.id()).stream()
                        .map(Container::id)
                        .map(id -> sources.cgroups().containerCgroup(parent, id))
                        .map(path -> sources.cgroups().tree().usage(path))
                        .flatMap(Optional::stream)
                        .toList()));
    }

    private Optional<Meter.Reading<PodSample>> measure(
            Pod pod, CgroupMeter cgroup, Optional<Meter.Reading<PodSample>> since) {
        CgroupUsage usage = cgroup.usage(new byte[BUFFER]).orElse(CgroupUsage.NONE);
        long now = System.nanoTime();
        var sample = new PodSample(
                sources.clock().instant(),
                usage,
                since.map(s -> s.rate(now, usage.cpuNanos())).orElse(OptionalLong.empty()),
                pod.definition().plan().networkNamespace().flatMap(netns -> networks.read(netns, inside(pod))));
        return Optional.of(new Meter.Reading<>(sample, now, usage.cpuNanos()));
    }

    private List<ProcessIdentity> inside(Pod pod) {
        return sources.registry().containersOf(pod.id()).stream()
                .map(container -> container.state().alive())
                .flatMap(Optional::stream)
                .map(RuntimeContainer::init)
                .toList();
    }

    /** Lets go of what was kept for containers and pods that do not run any more. */
    public void forgetTheDead() {
        Set<ContainerId> running = sources.registry()
                .containers()
                .filter(container -> container.state() instanceof ContainerState.Running)
                .map(Container::id)
                .collect(Collectors.toSet());
        Set<PodId> ready = sources.registry()
                .pods()
                .filter(pod -> pod.state() instanceof PodState.Ready)
                .map(Pod::id)
                .collect(Collectors.toSet());
        closeOthers(containers, running);
        closeOthers(pods, ready);
        layers.keep(running);
    }

    private static <K, S> void closeOthers(Map<K, Meter<S>> meters, Set<K> living) {
        meters.forEach((id, meter) -> {
            if (!living.contains(id) && meters.remove(id, meter)) {
                meter.close();
            }
        });
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
        closeOthers(containers, Set.of());
        closeOthers(pods, Set.of());
    }
}
