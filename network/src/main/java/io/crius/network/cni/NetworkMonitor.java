package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.model.Deadline;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps looking at the configuration, and at the plugins' STATUS where they have it, and publishes what it finds.
 *
 * <p>One virtual thread looks; {@link #view} may be called from any thread and never waits. The lock guards nothing but the
 * moment of publishing, for those who wait for it.
 */
final class NetworkMonitor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(NetworkMonitor.class.getName());
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(10);

    /**
     * What is known at one moment.
     *
     * @param byName all usable networks
     * @param chosen the network that pods are attached to; can be there although it is not ready
     */
    record View(Map<String, NetworkList> byName, Optional<NetworkList> chosen, NetworkReadiness readiness) {}

    private final CniOptions options;
    private final ConfigDirectory directory;
    private final NetworkChain chain;
    private final Supplier<Changes> hints;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition published = lock.newCondition();
    private final Thread thread = Thread.ofVirtual().name("cni-monitor").unstarted(this::watch);

    private volatile View view = new View(
            Map.of(), Optional.empty(), NetworkReadiness.notReady("the CNI configuration has not been read yet"));

    // Owned by the monitor's thread.
    private ConfigDirectory.@Nullable Scan scan;
    private long scannedAt;
    private long failingSince;
    private boolean failing;
    private boolean judged;

    /** {@code hints} save waiting and nothing else: what they miss is found at the intervals of the options. */
    NetworkMonitor(CniOptions options, ConfigDirectory directory, NetworkChain chain, Supplier<Changes> hints) {
        this.options = options;
        this.directory = directory;
        this.chain = chain;
        this.hints = hints;
    }

    void start() {
        thread.start();
    }

    View view() {
        return view;
    }

    /** Waits until the network is ready. */
    void awaitReady(Deadline deadline) throws InterruptedException {
        if (view.readiness().ready()) {
            return;
        }
        lock.lockInterruptibly();
        try {
            while (!view.readiness().ready()) {
                long left = deadline.remaining().toNanos();
                if (left <= 0) {
                    throw new CriusException.DeadlineExceeded(
                            "waiting for the pod network: " + view.readiness().message());
                }
                published.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        try (Changes changes = hints.get()) {
            boolean changed = true;
            while (!Thread.currentThread().isInterrupted()) {
                look(changed, changes);
                changed = changes.await(view.readiness().ready() ? options.rescanReady() : options.rescanNotReady());
            }
        } catch (InterruptedException | ClosedWatchServiceException _) {
            // Closed.
        }
    }

    /** Looks once; an unexpected error is published like any other cause, and the next look is another chance. */
    private void look(boolean changed, Changes changes) throws InterruptedException {
        try {
            ConfigDirectory.Scan current = rescan(changed);
            changes.follow(current.directories());
            publish(judge(current));
        } catch (RuntimeException e) {
            publish(new View(Map.of(), Optional.empty(), NetworkReadiness.notReady(e.toString())));
        }
    }

    private ConfigDirectory.Scan rescan(boolean changed) throws InterruptedException {
        ConfigDirectory.Scan current = scan;
        long age = System.nanoTime() - scannedAt;
        boolean askAgain = current != null
                && !current.settled()
                && age > options.rescanReady().toNanos();
        if (current == null || changed || askAgain || current.footprint().isStale()) {
            current = directory.scan();
            report(scan, current);
            scan = current;
            scannedAt = System.nanoTime();
        }
        return current;
    }

    private View judge(ConfigDirectory.Scan current) throws InterruptedException {
        var byName = new LinkedHashMap<String, NetworkList>();
        current.networks().values().forEach(network -> byName.put(network.name(), network));
        Optional<NetworkList> chosen = options.defaultNetwork().isPresent()
                ? options.defaultNetwork().map(byName::get)
                : byName.values().stream().findFirst();
        NetworkReadiness readiness = chosen.isPresent()
                ? status(chosen.get())
                : NetworkReadiness.notReady(
                        ConfigReport.notFound(options.configDirectory(), options.defaultNetwork(), current));
        return new View(byName, chosen, readiness);
    }

    private NetworkReadiness status(NetworkList network) throws InterruptedException {
        boolean wasReady = view.readiness().ready()
                && view.chosen().filter(network::equals).isPresent();
        if (wasReady && options.statusGrace().isZero()) {
            // Compat: without a grace period CRI-O does not ask again once the network was ready.
            return NetworkReadiness.READY;
        }
        try {
            chain.status(network, Deadline.after(STATUS_LIMIT));
            failing = false;
            return NetworkReadiness.READY;
        } catch (PluginFailure e) {
            long now = System.nanoTime();
            failingSince = failing ? failingSince : now;
            failing = true;
            boolean inGrace =
                    wasReady && now - failingSince < options.statusGrace().toNanos();
            return inGrace
                    ? NetworkReadiness.READY
                    : NetworkReadiness.notReady("network \"" + network.name() + "\": " + e.getMessage());
        }
    }

    private void publish(View next) {
        boolean news = !judged || view.readiness().ready() != next.readiness().ready();
        judged = true;
        lock.lock();
        try {
            view = next;
            published.signalAll();
        } finally {
            lock.unlock();
        }
        if (news) {
            LOG.log(
                    next.readiness().ready() ? Level.INFO : Level.WARNING,
                    next.chosen()
                                    .map(network -> "CNI network \"" + network.name() + "\" ")
                                    .orElse("CNI ")
                            + (next.readiness().ready()
                                    ? "is ready"
                                    : "is not ready: " + next.readiness().message()));
        }
    }

    /** Says once of each file why it is not used. */
    private static void report(ConfigDirectory.@Nullable Scan before, ConfigDirectory.Scan now) {
        Map<Path, String> told = before == null ? Map.of() : before.rejected();
        now.rejected().forEach((file, why) -> {
            if (!why.equals(told.get(file))) {
                LOG.log(Level.WARNING, "CNI configuration " + file + " is not used: " + why);
            }
        });
    }
}
