package io.crius.image.registries;

import io.crius.model.CriusException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The registries.conf in force: read when first asked for, again by {@link #reload}, and where that is wanted whenever a file
 * of it is another one than before. Nobody watches: who asks looks.
 *
 * <p>Thread-safe. What people picked with podman counts at once. Compat: containers/image reads its file each time as well.
 */
public final class CurrentRegistries implements Supplier<RegistriesConf> {
    private static final Logger LOG = System.getLogger(CurrentRegistries.class.getName());

    /** When changed files count. */
    public enum Reload {
        ON_CHANGE,
        ON_REQUEST
    }

    private record Known(FileStamps stamps, RegistriesConf conf) {}

    private final RegistriesFiles files;
    private final Reload reload;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicReference<@Nullable Known> configured = new AtomicReference<>();
    private final AtomicReference<@Nullable Known> complete = new AtomicReference<>();

    public CurrentRegistries(RegistriesFiles files) {
        this(files, Reload.ON_REQUEST);
    }

    public CurrentRegistries(RegistriesFiles files, Reload reload) {
        this.files = files;
        this.reload = reload;
    }

    /**
     * Blocks on the disk; throws what {@link RegistriesFiles#read} throws the first time. Later a change that cannot be read
     * is told in the log, and what was in force before stays so.
     */
    @Override
    public RegistriesConf get() {
        return withAliases(configured());
    }

    private Known configured() {
        Known known = configured.get();
        if (known == null) {
            return read();
        }
        if (reload == Reload.ON_REQUEST) {
            return known;
        }
        FileStamps now = FileStamps.of(files.configured());
        return known.stamps.equals(now) ? known : readAgain(known, now);
    }

    private Known readAgain(Known before, FileStamps now) {
        lock.lock();
        try {
            Known known = configured.get();
            if (known != null && known.stamps.equals(now)) {
                return known;
            }
            Known read = read();
            LOG.log(Level.INFO, () -> files.main() + " or its drop-ins changed and were read again");
            return read;
        } catch (CriusException e) {
            LOG.log(Level.WARNING, () -> "a change of registries.conf has no effect: " + e.getMessage());
            var kept = new Known(now, before.conf);
            configured.set(kept);
            return kept;
        } finally {
            lock.unlock();
        }
    }

    private Known read() {
        Known read = onDisk();
        configured.set(read);
        return read;
    }

    private Known onDisk() {
        // What changes while it is read is seen as changed by the next who asks.
        FileStamps stamps = FileStamps.of(files.configured());
        return new Known(stamps, files.readConfigured());
    }

    private RegistriesConf withAliases(Known base) {
        if (files.recordedAliases().isEmpty()) {
            return base.conf;
        }
        FileStamps now = base.stamps.and(files.recordedAliases().get());
        Known known = complete.get();
        if (known == null || !known.stamps.equals(now)) {
            known = new Known(now, files.withRecordedAliases(base.conf));
            complete.set(known);
        }
        return known.conf;
    }

    /** Reads the files again; after a failure, be it of the recorded aliases, the earlier configuration stays in force. */
    public RegistriesConf reload() {
        Known read = onDisk();
        RegistriesConf whole = withAliases(read);
        configured.set(read);
        return whole;
    }
}
