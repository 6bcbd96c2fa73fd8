package io.crius.daemon;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.config.RootTable;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.storage.Store;
import io.crius.storage.StoreFindings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the store after a stop that was not orderly. The start does not wait for it: images are served meanwhile, and what is
 * found damaged is pulled again, layer by layer, when it is next wanted. Nothing is ever wiped.
 *
 * <p>Compat: the files of CRI-O. {@code clean.shutdown} is there while the daemon is stopped in order;
 * {@code clean.shutdown.supported} beside it says that some daemon was started that writes it.
 */
final class StoreRepair implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StoreRepair.class.getName());

    private final Path clean;
    private final Path root;
    private final Linux linux;
    private final Optional<Thread> check;

    private StoreRepair(Path clean, Path root, Linux linux, @Nullable Thread check) {
        this.clean = clean;
        this.root = root;
        this.linux = linux;
        this.check = Optional.ofNullable(check);
    }

    /** Removes the mark of an orderly stop, and begins the check where there was none. */
    static StoreRepair begin(RootTable config, Store store, Linux linux) {
        Path clean = config.cleanShutdownFile();
        boolean unclean = wasUnclean(clean);
        Thread check = null;
        if (unclean && config.internalRepair()) {
            LOG.log(INFO, "the last stop was not orderly; the store is checked in the background");
            check = Thread.ofPlatform().name("store-check").daemon(true).start(() -> check(store));
        } else if (unclean) {
            LOG.log(WARNING, "the last stop was not orderly, and internal_repair is off: the store is not checked");
        }
        return new StoreRepair(clean, config.root(), linux, check);
    }

    private static Path supported(Path clean) {
        return Path.of(clean + ".supported");
    }

    private static boolean wasUnclean(Path clean) {
        try {
            Path folder = clean.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            boolean known = Files.exists(supported(clean));
            boolean stoppedInOrder = Files.deleteIfExists(clean);
            if (!known) {
                Files.createFile(supported(clean));
            }
            return known && !stoppedInOrder;
        } catch (IOException e) {
            LOG.log(WARNING, () -> "clean_shutdown_file " + clean + ": " + e + "; the store is not checked");
            return false;
        }
    }

    private static void check(Store store) {
        try {
            StoreFindings findings = store.check();
            if (findings.isClean()) {
                LOG.log(INFO, () -> "the store is whole: " + findings.checked() + " layers were read");
            } else {
                LOG.log(
                        WARNING,
                        () -> "the store was damaged by the last stop; what is damaged is pulled again with its"
                                + " image:\n" + findings);
            }
        } catch (CriusException.Cancelled _) {
            LOG.log(INFO, "the check of the store was cut off by the stop of the daemon");
        } catch (CriusException e) {
            LOG.log(WARNING, () -> "the store could not be checked: " + e.getMessage());
        }
    }

    /** Ends the check. */
    @Override
    public void close() {
        check.ifPresent(thread -> {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Marks an orderly stop, once all that was written is on the disk. The last thing that a daemon does to the store. */
    void markCleanShutdown() {
        try (Fd fd = linux.descriptors().open(root, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0)) {
            linux.descriptors().syncFilesystem(fd);
            Files.createFile(clean);
        } catch (IOException e) {
            LOG.log(WARNING, () -> "clean_shutdown_file " + clean + ": " + e + "; the next start checks the store");
        }
    }
}
