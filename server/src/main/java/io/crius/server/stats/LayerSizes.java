package io.crius.server.stats;

import static java.lang.System.Logger.Level.WARNING;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.storage.WritableTree;
import io.crius.storage.disk.FolderSize;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the writable layers of containers take, as counted last.
 *
 * <p>Counting walks a tree, so it is never waited for: asking gives what is known and, where that is old, has it counted anew by
 * a thread that lives only while something is to be counted, one layer after the other. A layer is counted at most every ten
 * seconds, and takes at most a fiftieth of that thread's time.
 *
 * <p>Thread-safe. The lock is held for look-ups only.
 */
final class LayerSizes {
    private static final System.Logger LOG = System.getLogger(LayerSizes.class.getName());
    private static final Duration SHORTEST_AGE = Duration.ofSeconds(10);
    private static final int IDLE_SHARE = 50;

    /**
     * A size and the time of the steady clock from which on it is too old.
     *
     * @param image of the image's tree, which does not change
     */
    private record Counted(LayerSize size, FolderSize.Size image, long oldAt) {}

    private final Function<ContainerId, Optional<WritableTree>> trees;
    private final FolderSize counter;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<ContainerId, Counted> known = new HashMap<>();

    @GuardedBy("lock")
    private final Deque<ContainerId> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean counting;

    /** {@code trees} says where a container's writable layer is; empty where it is not known. */
    LayerSizes(Function<ContainerId, Optional<WritableTree>> trees, FolderSize counter, InstantSource clock) {
        this.trees = trees;
        this.counter = counter;
        this.clock = clock;
    }

    /** What is known; counted anew for the next one who asks where it is old. Returns at once. */
    Optional<LayerSize> of(ContainerId id) {
        lock.lock();
        try {
            Counted counted = known.get(id);
            if ((counted == null || System.nanoTime() - counted.oldAt() > 0) && !waiting.contains(id)) {
                waiting.add(id);
                startCounting();
            }
            return Optional.ofNullable(counted).map(Counted::size);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all but these. */
    void keep(Set<ContainerId> living) {
        lock.lock();
        try {
            known.keySet().retainAll(new HashSet<>(living));
        } finally {
            lock.unlock();
        }
    }

    /** Blocks: directories are read, which would pin a carrier thread; so the thread is a platform thread. */
    @GuardedBy("lock")
    private void startCounting() {
        if (!counting) {
            counting = true;
            Thread.ofPlatform().daemon(true).name("crius-layer-sizes").start(this::count);
        }
    }

    private void count() {
        for (Optional<ContainerId> id = next(); id.isPresent(); id = next()) {
            try {
                count(id.get());
            } catch (CriusException e) {
                ContainerId failed = id.get();
                LOG.log(WARNING, () -> "size of what container " + failed + " wrote: " + e.getMessage());
            }
        }
    }

    private void count(ContainerId id) {
        Optional<WritableTree> tree = trees.apply(id);
        if (tree.isEmpty()) {
            return;
        }
        FolderSize.Size image = image(id, tree.get());
        long begun = System.nanoTime();
        counter.of(tree.get().folder()).ifPresent(whole -> remember(id, whole, image, System.nanoTime() - begun));
    }

    /** The image's tree is counted once for each container. */
    private FolderSize.Size image(ContainerId id, WritableTree tree) {
        if (tree.within().isEmpty()) {
            return FolderSize.Size.NOTHING;
        }
        Counted before = counted(id);
        return before != null ? before.image() : counter.of(tree.within().get()).orElse(FolderSize.Size.NOTHING);
    }

    private @Nullable Counted counted(ContainerId id) {
        lock.lock();
        try {
            return known.get(id);
        } finally {
            lock.unlock();
        }
    }

    /** A container may have deleted more of its image than it wrote; that is no room taken. */
    private void remember(ContainerId id, FolderSize.Size whole, FolderSize.Size image, long nanos) {
        long age = Math.max(SHORTEST_AGE.toNanos(), nanos * IDLE_SHARE);
        var size = new LayerSize(
                clock.instant(),
                Math.max(0, whole.bytes() - image.bytes()),
                Math.max(0, whole.inodes() - image.inodes()));
        var counted = new Counted(size, image, System.nanoTime() + age);
        lock.lock();
        try {
            known.put(id, counted);
        } finally {
            lock.unlock();
        }
    }

    private Optional<ContainerId> next() {
        lock.lock();
        try {
            ContainerId id = waiting.poll();
            counting = id != null;
            return Optional.ofNullable(id);
        } finally {
            lock.unlock();
        }
    }
}
