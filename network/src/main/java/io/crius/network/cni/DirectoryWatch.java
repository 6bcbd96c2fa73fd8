package io.crius.network.cni;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes its one waiting thread when something changes in a set of directories. It is only a hint that saves waiting: a
 * directory that is missing, mounted over or replaced gives no hint, and a node without free inotify instances gives none
 * at all, so that whoever waits here looks for itself as well.
 */
final class DirectoryWatch implements Changes {
    private static final System.Logger LOG = System.getLogger(DirectoryWatch.class.getName());
    /** An editor or installer makes several changes in a row; one look after the last of them is enough. */
    private static final Duration SETTLE = Duration.ofMillis(20);

    private static final int MOST_ROUNDS = 10;

    private record Watched(WatchKey key, Object inode) {}

    private final @Nullable WatchService service;
    private final Map<Path, Watched> watched = new HashMap<>();

    private DirectoryWatch(@Nullable WatchService service) {
        this.service = service;
    }

    static DirectoryWatch open() {
        try {
            return new DirectoryWatch(FileSystems.getDefault().newWatchService());
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "CNI directories cannot be watched, changes are found by looking at intervals: " + e.getMessage());
            return new DirectoryWatch(null);
        }
    }

    @Override
    public void follow(Collection<Path> directories) {
        if (service == null) {
            return;
        }
        watched.entrySet().removeIf(entry -> {
            boolean keep = directories.contains(entry.getKey())
                    && entry.getValue().key().isValid()
                    && inode(entry.getKey())
                            .filter(entry.getValue().inode()::equals)
                            .isPresent();
            if (!keep) {
                entry.getValue().key().cancel();
            }
            return !keep;
        });
        directories.stream()
                .filter(directory -> !watched.containsKey(directory))
                .forEach(this::watch);
    }

    @Override
    public boolean await(Duration atMost) throws InterruptedException {
        if (service == null) {
            Thread.sleep(atMost);
            return false;
        }
        WatchKey key = service.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        boolean changed = key != null;
        for (int rounds = 0; key != null && rounds < MOST_ROUNDS; rounds++) {
            key.pollEvents();
            key.reset();
            key = service.poll(SETTLE.toNanos(), TimeUnit.NANOSECONDS);
        }
        return changed;
    }

    @Override
    public void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "closing the watch of the CNI directories: " + e.getMessage());
            }
        }
    }

    private void watch(Path directory) {
        WatchService open = service;
        Optional<Object> inode = inode(directory);
        if (open == null || inode.isEmpty()) {
            return;
        }
        try {
            watched.put(
                    directory,
                    new Watched(directory.register(open, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY), inode.get()));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "watching " + directory + ": " + e.getMessage());
        }
    }

    private static Optional<Object> inode(Path directory) {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(directory, BasicFileAttributes.class).fileKey());
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
