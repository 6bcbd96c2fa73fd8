package io.crius.runtime.exit;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Ticker;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.process.NodeProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Watches containers and tells the listener once how each ended.
 *
 * <p>Three sources say that there may be news: the folder of exit files, the container's first process, and its monitor. Each
 * only wakes; the answer is always read from the exit file. Without one the end is known to be unknown: at once when the
 * monitor is gone as well, since nobody is left to write it, else after the time that a late monitor is given.
 *
 * <p>Thread-safe. No call blocks for long except {@link #recover}.
 */
public final class ExitWatcher implements AutoCloseable {
    /** Compat: how long CRI-O waits for the exit file of a process that is gone, roughly. */
    public static final Duration LATE_MONITOR = Duration.ofSeconds(5);

    private final Linux linux;
    private final ExitFiles files;
    private final ExitListener listener;
    private final Senses senses;
    private final NodeProcesses processes;
    /** By the container's id, which is the name of its exit file. */
    private final Map<String, WatchedContainer> watched = new ConcurrentHashMap<>();

    private final ExitNews.Watch folder;

    /**
     * How a watcher hears of ends.
     *
     * @param lateMonitor how long the exit file of a process that is gone is waited for
     */
    public record Senses(Duration lateMonitor, Ticker ticker, ExitNews news) {}

    private ExitWatcher(Linux linux, Path exitDir, ExitListener listener, Senses senses) throws IOException {
        this.linux = linux;
        this.files = new ExitFiles(exitDir);
        this.listener = listener;
        this.senses = senses;
        this.processes = new NodeProcesses(linux.processes());
        this.folder = senses.news().watch(exitDir, this::fileAppeared, this::lookAtAll);
    }

    /** Begins to watch the folder, which is made where it is missing. */
    public static ExitWatcher open(Linux linux, Path exitDir, ExitListener listener, Duration lateMonitor) {
        return open(linux, exitDir, listener, new Senses(lateMonitor, Ticker.system(), ExitFolder::open));
    }

    /** As the other one, with senses of the caller's. */
    public static ExitWatcher open(Linux linux, Path exitDir, ExitListener listener, Senses senses) {
        try {
            return new ExitWatcher(linux, exitDir, listener, senses);
        } catch (IOException e) {
            throw new CriusException.Failed("watch " + exitDir + " for exits of containers: " + e.getMessage(), e);
        }
    }

    /**
     * Watches a container that was just created; one that has ended meanwhile is reported like any other.
     *
     * @throws CriusException.AlreadyExists when it is watched already
     */
    public void watch(RuntimeContainer container) {
        var entry = new WatchedContainer(linux, processes, files, container, new Events(), senses);
        if (watched.putIfAbsent(container.id().value(), entry) != null) {
            throw new CriusException.AlreadyExists("container " + container.id() + " is watched already");
        }
        entry.begin();
    }

    /**
     * Finds out what became of a container while no watcher ran. A living one is watched from now on; of a dead one the exit
     * is returned, for which a late monitor is awaited.
     *
     * <p>Blocks up to the time that a late monitor is given.
     *
     * @throws CriusException.Cancelled when interrupted
     */
    public Recovered recover(RuntimeContainer container) {
        if (processes.isAlive(container.init())
                && files.report(container.id(), container.folders()).isEmpty()) {
            watch(container);
            return new Recovered.Alive();
        }
        var ended = new PendingExit();
        var entry = new WatchedContainer(linux, processes, files, container, ended, senses);
        if (watched.putIfAbsent(container.id().value(), entry) != null) {
            throw new CriusException.AlreadyExists("container " + container.id() + " is watched already");
        }
        entry.begin();
        try {
            return new Recovered.Exited(ended.await());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("recover container " + container.id() + ": interrupted", e);
        } finally {
            forget(container.id());
        }
    }

    /** Whether the listener will hear of the container's end. */
    public boolean isWatched(ContainerId id) {
        return watched.containsKey(id.value());
    }

    /** Stops watching the container; the listener hears no more of it. One that is not watched is left alone. */
    public void forget(ContainerId id) {
        WatchedContainer entry = watched.remove(id.value());
        if (entry != null) {
            entry.close();
        }
    }

    /** Stops watching everything. */
    @Override
    public void close() {
        folder.close();
        watched.values().forEach(WatchedContainer::close);
        watched.clear();
    }

    /** Names of temporary files are nobody's id. */
    private void fileAppeared(String name) {
        WatchedContainer entry = watched.get(name);
        if (entry != null) {
            entry.look();
        }
    }

    private void lookAtAll() {
        watched.values().forEach(WatchedContainer::look);
    }

    private final class Events implements ExitListener {
        @Override
        public void exited(ContainerExit exit) {
            if (watched.remove(exit.id().value()) != null) {
                listener.exited(exit);
            }
        }

        @Override
        public void monitorLost(ContainerId id) {
            listener.monitorLost(id);
        }
    }
}
