package io.crius.storage;

import io.crius.model.CriusException;
import io.crius.storage.lock.StoreLock;
import io.crius.storage.overlay.DriverHomeMount;
import io.crius.storage.overlay.LayerMounts;
import io.crius.storage.record.MountRecord;
import io.crius.storage.record.RecordTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Mounts of layers and how many users each has, which all tools count in one file. Thread-safe by {@code storage.lock},
 * {@code layers.lock} and {@code mountpoints.lock}.
 */
final class Mountings {
    private final StoreLock storageLock;
    private final Layers layers;
    private final RecordTable<MountRecord> table;
    private final LayerMounts mounts;
    private final Optional<DriverHomeMount> home;

    Mountings(
            StoreLock storageLock,
            Layers layers,
            RecordTable<MountRecord> table,
            LayerMounts mounts,
            Optional<DriverHomeMount> home) {
        this.storageLock = storageLock;
        this.layers = layers;
        this.table = table;
        this.mounts = mounts;
        this.home = home;
    }

    /** Mounts the layer, or counts one more user of its mount. */
    Path mount(String layer, LayerMounts.Access access) throws IOException {
        try (StoreLock.Held _ = storageLock.acquire();
                Layers.LayerChange change = layers.change();
                RecordTable<MountRecord>.Change mounted = table.change()) {
            if (change.now()
                    .byId(layer)
                    .filter(record -> !record.isIncomplete())
                    .isEmpty()) {
                throw new CriusException.NotFound("layer " + layer + " is not in the store");
            }
            long users = mounted.now().byId(layer).map(MountRecord::count).orElse(0L);
            if (!mounts.isMounted(layer)) {
                ensureHome();
                mounts.mount(layer, access);
            }
            record(mounted, layer, users + 1);
            return mounts.mountPoint(layer);
        }
    }

    /** The mount and its record go together, or the next tool that exits takes the mount away. */
    private void record(RecordTable<MountRecord>.Change mounted, String layer, long users) throws IOException {
        try {
            mounted.save(mounted.now().with(MountRecord.of(layer, mounts.mountPoint(layer), users)));
        } catch (IOException | RuntimeException e) {
            if (users == 1) {
                mounts.unmount(layer);
            }
            throw e;
        }
    }

    /** Counts one user less; unmounts after the last one. */
    void unmount(String layer) throws IOException {
        try (Layers.LayerChange _ = layers.change();
                RecordTable<MountRecord>.Change mounted = table.change()) {
            long users = mounted.now().byId(layer).map(MountRecord::count).orElse(0L) - 1;
            if (users > 0) {
                record(mounted, layer, users);
                return;
            }
            mounts.unmount(layer);
            if (mounted.now().byId(layer).isPresent()) {
                mounted.save(mounted.now().without(layer));
            }
        }
    }

    /** Where the layer is mounted now. Takes no lock. */
    Optional<Path> mounted(String layer) throws IOException {
        boolean counted = table.read().byId(layer).map(MountRecord::count).orElse(0L) > 0;
        return counted && mounts.isMounted(layer) ? Optional.of(mounts.mountPoint(layer)) : Optional.empty();
    }

    /** Makes the driver's folder a private mount. For the holder of {@code storage.lock}. */
    void ensureHome() throws IOException {
        if (home.isPresent()) {
            home.get().ensure();
        }
    }

    /** Gives the driver's private mount up, unless a layer is mounted below it. */
    void releaseHome() throws IOException {
        if (home.isEmpty()) {
            return;
        }
        try (StoreLock.Held _ = storageLock.acquire();
                Layers.LayerChange _ = layers.change();
                RecordTable<MountRecord>.Change mounted = table.change()) {
            if (mounted.now().all().stream().noneMatch(mount -> mount.count() > 0)) {
                home.get().release();
            }
        }
    }
}
