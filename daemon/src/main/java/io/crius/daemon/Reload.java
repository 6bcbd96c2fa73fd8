package io.crius.daemon;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.crius.config.LoadedConfig;
import io.crius.model.CriusException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads the configuration again when somebody asks for it, from the same files, environment and command line, and puts in force
 * what may change while the daemon runs. All or nothing: where something cannot be read, everything stays as it was. What takes a
 * restart is named.
 *
 * <p>Thread-safe; one reload at a time.
 */
final class Reload implements Runnable {
    private static final System.Logger LOG = System.getLogger("io.crius.daemon");

    /** What takes no restart. */
    private static final Set<String> LIVE =
            Set.of("crio.runtime.log_level", "crio.runtime.decryption_keys_path", "crio.image.pinned_images");

    private final Supplier<LoadedConfig> source;
    private final Consumer<LoadedConfig> inForce;
    private final ReentrantLock lock = new ReentrantLock();
    private final LoadedConfig started;
    private LoadedConfig current;

    /**
     * A reload of what the daemon started with.
     *
     * @param source reads the configuration; throws what is wrong with it
     * @param inForce puts a new one in force, or throws and changes nothing
     */
    Reload(LoadedConfig started, Supplier<LoadedConfig> source, Consumer<LoadedConfig> inForce) {
        this.started = started;
        this.current = started;
        this.source = source;
        this.inForce = inForce;
    }

    @Override
    public void run() {
        lock.lock();
        try {
            LoadedConfig next = source.get();
            inForce.accept(next);
            List<String> changed = next.changedSince(current);
            current = next;
            tell(next, changed);
        } catch (CriusException | UncheckedIOException e) {
            LOG.log(ERROR, () -> "the configuration stays as it was, for it cannot be read again: " + e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private void tell(LoadedConfig next, List<String> changed) {
        next.warnings().forEach(warning -> LOG.log(WARNING, () -> "configuration: " + warning));
        LOG.log(INFO, () -> "configuration and registries read again from " + next.files() + "; changed: " + changed);
        List<String> late = next.changedSince(started).stream()
                .filter(key -> !LIVE.contains(key))
                .toList();
        if (!late.isEmpty()) {
            LOG.log(WARNING, () -> "configuration: " + late + " changed since the start, which takes a restart");
        }
    }
}
