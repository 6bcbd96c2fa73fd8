package io.crius.network.cni;

import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Deadline;
import io.crius.model.KeyedLocks;
import io.crius.model.PodId;
import io.crius.model.Timeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The networks of a configuration directory, run by CNI plugins: locks, deadlines and interrupts around the work of
 * {@link Attachments} and {@link GarbageCollector}. Thread-safe; see the package for the order of its locks.
 */
public final class PluginNetworks implements CniNetworks {
    @FunctionalInterface
    private interface Work<T> {
        T run() throws InterruptedException;
    }

    /** Who waits for the lock of collections keeps new attachments waiting: one that hangs is not to stop all others. */
    private static final Duration COLLECTION_WAITS = Duration.ofSeconds(2);

    private final NetworkMonitor monitor;
    private final Attachments attachments;
    private final GarbageCollector collector;
    private final ReentrantReadWriteLock collection = new ReentrantReadWriteLock();
    private final KeyedLocks<String> pods = new KeyedLocks<>();

    /**
     * Starts to look at the configuration on a thread of its own and returns at once; until the first look is over
     * {@link #readiness} is not ready.
     *
     * @param isLiveNamespace whether a path is a namespace and not a file that a reboot left
     */
    public static PluginNetworks start(
            CniOptions options, Linux linux, Predicate<Path> isLiveNamespace, PluginListener listener) {
        return start(options, new SpawnedPlugins(linux), isLiveNamespace, listener, System.getenv());
    }

    static PluginNetworks start(
            CniOptions options,
            PluginProcess process,
            Predicate<Path> isLiveNamespace,
            PluginListener listener,
            Map<String, String> environment) {
        var plugins = new PluginDirectories(options.pluginDirectories());
        var runner = new PluginRunner(plugins, process, listener, environment);
        var chain = new NetworkChain(runner);
        var directory = new ConfigDirectory(options.configDirectory(), plugins, new PluginVersions(runner, plugins));
        var monitor = new NetworkMonitor(options, directory, chain, DirectoryWatch::open);
        var cache = new AttachmentCache(options.cacheDirectory());
        var networks = new PluginNetworks(
                monitor,
                new Attachments(monitor::view, chain, cache, isLiveNamespace),
                new GarbageCollector(monitor::view, chain, cache, isLiveNamespace));
        monitor.start();
        return networks;
    }

    private PluginNetworks(NetworkMonitor monitor, Attachments attachments, GarbageCollector collector) {
        this.monitor = monitor;
        this.attachments = attachments;
        this.collector = collector;
    }

    @Override
    public NetworkReadiness readiness() {
        return monitor.view().readiness();
    }

    @Override
    public void awaitReady(Deadline deadline) {
        cancellable("wait for the pod network", () -> {
            try (Timeline.Step _ = Timeline.step("the pod network to become ready")) {
                monitor.awaitReady(deadline);
                return true;
            }
        });
    }

    @Override
    public boolean takesPortMappings() {
        return monitor.view()
                .chosen()
                .filter(network -> network.takes(RuntimeArguments.PORT_MAPPINGS))
                .isPresent();
    }

    @Override
    public CniResult attach(PodAttachment attachment, Deadline deadline) {
        return forPod("attach", attachment, deadline, () -> attachments.attach(attachment, deadline));
    }

    @Override
    public void detach(PodAttachment attachment, Deadline deadline) {
        forPod("detach", attachment, deadline, () -> {
            attachments.detach(attachment, deadline);
            return true;
        });
    }

    /** The lock of garbage collections is left alone: a plugin that hangs would keep pods from being attached. */
    @Override
    public void check(PodAttachment attachment, Deadline deadline) {
        cancellable("check " + attachment.described(), () -> {
            try (var _ = lockPod(attachment.id().value())) {
                attachments.check(attachment, deadline);
                return true;
            }
        });
    }

    @Override
    public void abandon(PodAttachment attachment) {
        attachments.abandon(attachment);
    }

    @Override
    public Optional<CniResult> cachedResult(PodAttachment attachment) {
        return attachments.cachedResult(attachment);
    }

    @Override
    public void collectGarbage(Supplier<Set<PodId>> known, Deadline deadline) {
        String what = "collect the garbage of CNI networks";
        cancellable(what, () -> {
            collector.detachUnknown(known.get(), this::lockPod, deadline);
            if (collector.isSupported()) {
                Deadline patience = deadline.earlier(Deadline.after(COLLECTION_WAITS, deadline.ticker()));
                try (var _ = hold(collection.writeLock(), patience, what)) {
                    collector.runPlugins(known.get(), deadline);
                }
            }
            return true;
        });
    }

    @Override
    public void close() {
        monitor.close();
    }

    private <T> T forPod(String verb, PodAttachment attachment, Deadline deadline, Work<T> work) {
        String what = verb + " " + attachment.described();
        return cancellable(what, () -> {
            try (var _ = lockPod(attachment.id().value());
                    var _ = hold(collection.readLock(), deadline, what)) {
                return work.run();
            }
        });
    }

    private KeyedLocks.Held lockPod(String containerId) throws InterruptedException {
        return pods.lock(containerId);
    }

    private static KeyedLocks.Held hold(Lock lock, Deadline deadline, String what) throws InterruptedException {
        if (!lock.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new CriusException.DeadlineExceeded(
                    what + ": time was over while waiting for a CNI garbage collection or for attachments before it");
        }
        return lock::unlock;
    }

    private static <T> T cancellable(String what, Work<T> work) {
        try {
            return work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled(what + ": the caller went away", e);
        }
    }
}
