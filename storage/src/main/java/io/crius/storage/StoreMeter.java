package io.crius.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.crius.linux.Linux;
import io.crius.model.Deadline;
import io.crius.storage.disk.FolderSize;
import io.crius.storage.driver.StorageDriver;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.LayerRecord;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the store takes on disk, as counted last.
 *
 * <p>Counting walks trees, so it is not waited for: asking gives what is known and, where that is old, has it counted anew by a
 * thread that lives only meanwhile. Only the first count, without which hardly anything is known, is waited for: briefly, and not
 * by anybody once it has taken so long that it may hang. The layers of images do not change and are walked once; until then a layer counts with the
 * length of its archive. Everything else is counted at most every ten seconds, and for at most a twentieth of the time.
 *
 * <p>Thread-safe. The lock is held for look-ups only, and let go while somebody waits.
 */
final class StoreMeter implements AutoCloseable {
    private static final Logger LOG = System.getLogger(StoreMeter.class.getName());
    private static final Duration SHORTEST_AGE = Duration.ofSeconds(10);
    private static final int IDLE_SHARE = 20;

    /** The longest wait for the first count. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A first count that has taken this long is not waited for. */
    private static final Duration HOPE = Duration.ofSeconds(30);

    /** What is counted. */
    record Subject(StorePaths paths, StorePaths imagePaths, LayerStores layers, Containers containers) {
        boolean isSplit() {
            return !paths.equals(imagePaths);
        }
    }

    /** All but the layers of images. */
    private record Counted(Instant at, FolderSize.Size imageData, FolderSize.Size containers) {}

    private final Subject subject;
    private final Duration shortestAge;
    private final FolderSize counter;
    private final Map<String, FolderSize.Size> imageLayers = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private Counted counted = new Counted(Instant.now(), FolderSize.Size.NOTHING, FolderSize.Size.NOTHING);

    @GuardedBy("lock")
    private @Nullable Thread counting;

    @GuardedBy("lock")
    private long oldAt = System.nanoTime();

    @GuardedBy("lock")
    private boolean closed;

    private final Condition firstEnded = lock.newCondition();

    /** Whether no count has ended yet, well or not. */
    @GuardedBy("lock")
    private boolean first = true;

    @GuardedBy("lock")
    private Deadline hope = Deadline.after(HOPE);

    StoreMeter(Subject subject, Linux linux) {
        this(subject, SHORTEST_AGE, new FolderSize(linux));
    }

    StoreMeter(Subject subject, Duration shortestAge, FolderSize counter) {
        this.subject = subject;
        this.shortestAge = shortestAge;
        this.counter = counter;
    }

    /**
     * What is known. Waits for the first count, within bounds.
     *
     * @throws InterruptedIOException interrupted while waiting; the flag stays set
     */
    StoreUsage usage() throws IOException {
        Counted known = known();
        FolderSize.Size images = known.imageData;
        for (LayerRecord layer : ofImages()) {
            images = images.plus(sizeOf(layer));
        }
        // Compat: kubelet takes the two for one file system if, and only if, they have the same folder.
        Path folder = subject.imagePaths().images();
        return new StoreUsage(
                known.at,
                new StoreUsage.Part(folder, images),
                new StoreUsage.Part(subject.isSplit() ? subject.paths().containers() : folder, known.containers),
                subject.layers().readOwn().size());
    }

    /** Has it counted anew where what is known is old. Waits for nothing. */
    void begin() {
        lock.lock();
        try {
            if (counting == null && !closed && System.nanoTime() - oldAt >= 0) {
                if (first) {
                    hope = Deadline.after(HOPE);
                }
                // Blocks: folders are read, which would pin a carrier thread.
                counting = Thread.ofPlatform()
                        .daemon(true)
                        .name("crius-store-size")
                        .start(this::count);
            }
        } finally {
            lock.unlock();
        }
    }

    private Counted known() throws InterruptedIOException {
        begin();
        lock.lock();
        try {
            long left = patience();
            while (first && counting != null && left > 0) {
                left = firstEnded.awaitNanos(left);
            }
            return counted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the store was measured for the first time");
        } finally {
            lock.unlock();
        }
    }

    /** How long this caller waits, in nanoseconds: it has to have time left for the answer. */
    @GuardedBy("lock")
    private long patience() {
        long callers =
                Deadline.CURRENT.isBound() ? Deadline.CURRENT.get().remaining().toNanos() / 2 : PATIENCE.toNanos();
        return Math.min(Math.min(PATIENCE.toNanos(), callers), hope.remaining().toNanos());
    }

    private FolderSize.Size sizeOf(LayerRecord layer) {
        FolderSize.Size size = imageLayers.get(layer.id());
        return size == null ? new FolderSize.Size(layer.diffSize().orElse(0), 0) : size;
    }

    private List<LayerRecord> ofImages() throws IOException {
        Set<String> ofContainers = ofContainers();
        return subject.layers().readOwn().all().stream()
                .filter(layer -> !ofContainers.contains(layer.id()) && !layer.isIncomplete())
                .toList();
    }

    private Set<String> ofContainers() throws IOException {
        return subject.containers().read().all().stream()
                .map(ContainerRecord::layer)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private void count() {
        long begun = System.nanoTime();
        Optional<Counted> result = Optional.empty();
        try {
            result = Optional.of(countAll());
        } catch (IOException | RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.log(Level.WARNING, "measuring the store: " + e.getMessage(), e);
            }
        } finally {
            end(result, begun);
        }
    }

    private void end(Optional<Counted> result, long begun) {
        long now = System.nanoTime();
        lock.lock();
        try {
            result.ifPresent(found -> counted = found);
            oldAt = now + Math.max(shortestAge.toNanos(), (now - begun) * IDLE_SHARE);
            counting = null;
            first = false;
            firstEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Counted countAll() throws IOException {
        countImageLayers();
        FolderSize.Size imageData = size(subject.imagePaths().images())
                .plus(size(subject.imagePaths().layers()));
        FolderSize.Size containers = size(subject.paths().containers());
        if (subject.isSplit()) {
            containers = containers.plus(size(subject.paths().layers()));
        }
        for (String layer : ofContainers()) {
            containers =
                    containers.plus(size(subject.layers().containers().driver().folder(layer)));
        }
        return new Counted(Instant.now(), imageData, containers);
    }

    private void countImageLayers() throws IOException {
        List<LayerRecord> layers = ofImages();
        imageLayers.keySet().retainAll(layers.stream().map(LayerRecord::id).collect(Collectors.toSet()));
        StorageDriver driver = subject.layers().images().driver();
        for (LayerRecord layer : layers) {
            if (!imageLayers.containsKey(layer.id())) {
                ownSize(layer, driver).ifPresent(size -> imageLayers.put(layer.id(), size));
            }
        }
    }

    /** Kernel: a snapshot of btrfs has all blocks of its parent, which it shares; what its archive brought is its own. */
    private Optional<FolderSize.Size> ownSize(LayerRecord layer, StorageDriver driver) {
        return counter.of(driver.folder(layer.id()))
                .map(size -> subject.paths().kind() == DriverKind.BTRFS
                        ? new FolderSize.Size(layer.diffSize().orElse(0), size.inodes())
                        : size);
    }

    private FolderSize.Size size(Path folder) {
        return counter.of(folder).orElse(FolderSize.Size.NOTHING);
    }

    /** Ends counting. Idempotent. */
    @Override
    public void close() {
        Thread running;
        lock.lock();
        try {
            closed = true;
            running = counting;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.interrupt();
            join(running);
        }
    }

    private static void join(Thread running) {
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
