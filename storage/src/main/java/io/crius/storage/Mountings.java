package io.crius.storage;

import io.crius.model.CriusException;
import io.crius.storage.driver.MountRequest;
import io.crius.storage.driver.StorageDriver;
import io.crius.storage.lock.StoreLock;
import io.crius.storage.record.LayerRecord;
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
    private final LayerStores layers;
    private final RecordTable<MountRecord> table;
    private final StorageDriver driver;

    Mountings(StoreLock storageLock, LayerStores layers, RecordTable<MountRecord> table, StorageDriver driver) {
        this.storageLock = storageLock;
        this.layers = layers;
        this.table = table;
        this.driver = driver;
    }

    /** Mounts the layer, or counts one more user of its mount. */
    Path mount(MountRequest wanted) throws IOException {
        String layer = wanted.layer();
        try (StoreLock.Held _ = storageLock.acquire();
                Layers.LayerChange _ = layers.containers().change();
                RecordTable<MountRecord>.Change mounted = table.change()) {
            LayerRecord record = layers.finished(layer)
                    .orElseThrow(() -> new CriusException.NotFound("layer " + layer + " is not in the store"));
            return mount(record, wanted, mounted);
        }
    }

    /** Takes the first lock of a mount, for {@link #mountNew}. */
    StoreLock.Held lock() throws IOException {
        return storageLock.acquire();
    }

    /** Mounts the layer of a container of which nobody knows yet. For the holder of {@code storage.lock} and {@code layers.lock}. */
    Path mountNew(LayerRecord layer, NewContainer container) throws IOException {
        var wanted = new MountRequest(
                layer.id(), MountRequest.Access.READ_WRITE, container.owners(), container.mountLabel());
        try (RecordTable<MountRecord>.Change mounted = table.change()) {
            return mount(layer, wanted, mounted);
        }
    }

    private Path mount(LayerRecord record, MountRequest wanted, RecordTable<MountRecord>.Change mounted)
            throws IOException {
        String layer = record.id();
        long users = mounted.now().byId(layer).map(MountRecord::count).orElse(0L);
        boolean mountedAlready = driver.isMounted(layer);
        if (!mountedAlready) {
            driver.prepare();
            boolean onDisk = record.owners().isPresent();
            driver.mount(onDisk ? wanted.withoutOwners() : wanted);
        }
        // The mount and its record go together, or the next tool that exits takes the mount away.
        try {
            record(mounted, layer, users + 1);
        } catch (IOException | RuntimeException e) {
            if (!mountedAlready) {
                driver.unmount(layer);
            }
            throw e;
        }
        return driver.mountPoint(layer);
    }

    /** Mounts the layer read-only at a place that nobody here keeps account of. */
    void mountAt(String layer, Path target, String label) throws IOException {
        driver.mountAt(layer, target, label);
    }

    private void record(RecordTable<MountRecord>.Change mounted, String layer, long users) throws IOException {
        mounted.save(mounted.now().with(MountRecord.of(layer, driver.mountPoint(layer), users)));
    }

    /** Counts one user less; unmounts after the last one. */
    void unmount(String layer) throws IOException {
        try (Layers.LayerChange _ = layers.containers().change();
                RecordTable<MountRecord>.Change mounted = table.change()) {
            long users = mounted.now().byId(layer).map(MountRecord::count).orElse(0L) - 1;
            if (users > 0) {
                record(mounted, layer, users);
                return;
            }
            driver.unmount(layer);
            if (mounted.now().byId(layer).isPresent()) {
                mounted.save(mounted.now().without(layer));
            }
        }
    }

    /** Where the layer is mounted now. Takes no lock. */
    Optional<Path> mounted(String layer) throws IOException {
        boolean counted = table.read().byId(layer).map(MountRecord::count).orElse(0L) > 0;
        return counted && driver.isMounted(layer) ? Optional.of(driver.mountPoint(layer)) : Optional.empty();
    }

    /**
     * Whoever has the layer below a mount would see it change, which the kernel does not allow for. Mounts at places of their
     * users' ({@link #mountAt}) are recorded nowhere here, so the kernel is asked as well.
     */
    void requireNotUnderMount(String layer) throws IOException {
        Optional<Path> mount = recordedMountOver(layer);
        if (mount.isEmpty()) {
            mount = driver.mountOver(layer);
        }
        if (mount.isPresent()) {
            throw new CriusException.FailedPrecondition("layer " + layer + " is damaged, and cannot be repaired while "
                    + mount.get() + " stands on it; stop the container or image mount that uses that first");
        }
    }

    private Optional<Path> recordedMountOver(String layer) throws IOException {
        for (MountRecord mount : table.read().all()) {
            boolean above = mount.id().equals(layer)
                    || driver.trees(mount.id()).contains(driver.trees(layer).getFirst());
            if (above && mount.count() > 0 && driver.isMounted(mount.id())) {
                return Optional.of(mount.path());
            }
        }
        return Optional.empty();
    }

    /** Gives the driver's own mounts up, unless a layer is mounted below them. */
    void releaseHome() throws IOException {
        try (StoreLock.Held _ = storageLock.acquire();
                Layers.LayerChange _ = layers.containers().change();
                RecordTable<MountRecord>.Change mounted = table.change()) {
            if (mounted.now().all().stream().noneMatch(mount -> mount.count() > 0)) {
                driver.release();
                layers.images().driver().release();
            }
        }
    }
}
