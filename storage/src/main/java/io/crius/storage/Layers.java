package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.model.LayerId;
import io.crius.storage.disk.TempDir;
import io.crius.storage.disk.TempDirs;
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.driver.NewLayer;
import io.crius.storage.driver.NewTree;
import io.crius.storage.driver.StorageDriver;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.MountRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.Snapshot;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The layers of a store: their records and what belongs to them. Thread-safe by {@code layers.lock}. */
final class Layers {
    private static final Logger LOG = System.getLogger(Layers.class.getName());

    private final StorePaths paths;
    private final Linux linux;
    private final RecordTable<LayerRecord> table;
    private final RecordTable<MountRecord> mountTable;
    private final StorageDriver driver;
    private final TempDirs treeTemps;
    private final TempDirs splitTemps;

    /** Trees without a record that could not be thrown away; the next change does it. Guarded by the lock file. */
    private final Set<String> ownerless = new HashSet<>();

    Layers(StorePaths paths, RecordTable<MountRecord> mountTable, StorageDriver driver, Linux linux) {
        this.paths = paths;
        this.linux = linux;
        this.table = RecordTable.withVolatile(paths.layers(), "layers", LayerRecord::new, linux);
        this.mountTable = mountTable;
        this.driver = driver;
        // Kernel: a bind mount lies over the driver's folder, and rename(2) refuses to cross it. So what is going to be
        // renamed into a folder is staged below the same one.
        this.treeTemps = new TempDirs(driver.home().resolve("tempdirs"), linux);
        this.splitTemps = new TempDirs(paths.layers().resolve("tmp"), linux);
    }

    RecordTable<LayerRecord> table() {
        return table;
    }

    StorageDriver driver() {
        return driver;
    }

    /** The records of this store without waiting for anybody; unfinished ones are among them. */
    Snapshot<LayerRecord> read() throws IOException {
        return table.read();
    }

    /** Takes {@code layers.lock}, and removes what writers left that died over it. */
    LayerChange change() throws IOException {
        RecordTable<LayerRecord>.Change records = table.change();
        var change = new LayerChange(records);
        try {
            change.repair();
            return change;
        } catch (IOException | RuntimeException e) {
            change.close();
            throw e;
        }
    }

    /** Removes everything that dead processes left. */
    void recover() throws IOException {
        try (LayerChange change = change()) {
            treeTemps.recover();
            splitTemps.recover();
            Orphans.remove(paths.layers(), change.now());
            Orphans.remove(paths.runLayers(), change.now());
            for (String orphan : Orphans.in(driver.layers(), change.now())) {
                change.discardOrphan(orphan);
            }
            driver.sweep();
        }
    }

    StagedLayer stage(DriverOptions options) throws IOException {
        TempDir tree = treeTemps.create();
        try {
            return new StagedLayer(tree, splitTemps.create(), new StagedLayer.Rules(driver, options), linux);
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
    }

    /** What completes a layer whose folder is there: returns the record of the finished layer. */
    interface Completion {
        LayerRecord complete(LayerRecord record) throws IOException;
    }

    /** Writes what belongs to a change of a layer aside. */
    interface Preparation {
        RecordTable.Saving prepare() throws IOException;
    }

    /** The right to change layers, while {@code layers.lock} is held. May be handed from one thread to another. */
    final class LayerChange implements AutoCloseable {
        private final RecordTable<LayerRecord>.Change records;
        private @Nullable TempDir trash;

        private LayerChange(RecordTable<LayerRecord>.Change records) {
            this.records = records;
        }

        Snapshot<LayerRecord> now() {
            return records.now();
        }

        /**
         * Makes a layer. Safe against death at any point: until it is complete its record is marked incomplete, and
         * whoever takes the lock next removes it. After a failure nothing of it is left.
         */
        void create(LayerRecord incomplete, NewLayer layer, Completion completion) throws IOException {
            driver.discard(layer.id(), trash());
            records.save(now().with(incomplete));
            try {
                LayerRecord made = makeTree(incomplete, layer);
                records.save(now().with(completion.complete(made).asComplete()));
            } catch (IOException | RuntimeException e) {
                undo(layer.id(), e);
                throw e;
            }
        }

        /**
         * Makes the layer of a container. Safe against death at any point: its tree comes first, and one without a record is
         * removed by the next recovery; then both records are shown, the container's first, by which its owner deletes it.
         * After a failure nothing of the layer is left.
         *
         * @param owner writes the container's record aside
         */
        ContainerLayer createForContainer(LayerRecord record, NewLayer layer, Preparation owner) throws IOException {
            // Made before anything that may have to be thrown away, for a disk that becomes full.
            TempDir _ = trash();
            try {
                return prepare(makeTree(record, layer).asComplete(), owner);
            } catch (IOException | RuntimeException e) {
                try {
                    undoTree(layer.id());
                } catch (IOException | RuntimeException more) {
                    e.addSuppressed(more);
                }
                throw e;
            }
        }

        private ContainerLayer prepare(LayerRecord made, Preparation owner) throws IOException {
            RecordTable.Saving container = owner.prepare();
            try {
                return new ContainerLayer(made, container, records.prepare(now().with(made)));
            } catch (IOException | RuntimeException e) {
                try (container) {
                    throw e;
                }
            }
        }

        /**
         * A container's layer whose tree is there, and whose record and the container's are written aside. Closed without being
         * shown it leaves nothing, not even a mount.
         */
        final class ContainerLayer implements AutoCloseable {
            private final LayerRecord record;
            private final RecordTable.Saving container;
            private final RecordTable.Saving layer;
            private boolean shown;

            private ContainerLayer(LayerRecord record, RecordTable.Saving container, RecordTable.Saving layer) {
                this.record = record;
                this.container = container;
                this.layer = layer;
            }

            LayerRecord record() {
                return record;
            }

            /** Waits for the disk, which no interrupt ends, and shows both. */
            void show() throws IOException {
                container.sync();
                layer.sync();
                container.show();
                layer.show();
                shown = true;
            }

            @Override
            public void close() throws IOException {
                try (Closeable _ = this::undoUnlessShown;
                        RecordTable.Saving _ = container) {
                    layer.close();
                }
            }

            private void undoUnlessShown() throws IOException {
                if (!shown) {
                    undoTree(record.id());
                }
            }
        }

        /**
         * Deletes the layer of a container and the container's record, which goes last: until then the deletion can be repeated,
         * whatever part of it was done.
         *
         * @param owner writes aside that the container's record is gone
         */
        void deleteForContainer(LayerId layer, Preparation owner) throws IOException {
            String id = layer.value();
            unmount(id);
            try (RecordTable.Saving container = owner.prepare();
                    RecordTable.Saving saving = records.prepare(now().without(id))) {
                container.sync();
                saving.sync();
                saving.show();
                removeFiles(id);
                container.show();
            }
        }

        /** The record then says whose the files are, where they are so on the disk itself. */
        private LayerRecord makeTree(LayerRecord record, NewLayer layer) throws IOException {
            return switch (driver.create(layer)) {
                case ON_DISK -> record.withOwners(layer.owners());
                case BY_MOUNT -> record;
            };
        }

        /** Puts other content in the place of a layer's: the tree in one step, then how its stream was framed. */
        void replace(String id, NewTree.Staged tree, Path split) throws IOException {
            driver.replace(id, tree, trash());
            Files.move(split, paths.tarSplit(id), StandardCopyOption.ATOMIC_MOVE);
        }

        /** Deletes layers that nothing uses. The trees go when the lock has been let go. */
        void delete(Set<String> ids) throws IOException {
            if (ids.isEmpty()) {
                return;
            }
            Snapshot<LayerRecord> marked = now();
            Snapshot<LayerRecord> without = now();
            for (String id : ids) {
                marked = marked.with(now().byId(id).orElseThrow().asIncomplete());
                without = without.without(id);
            }
            records.save(marked);
            for (String id : ids) {
                removeContents(id);
            }
            records.save(without);
        }

        @Override
        public void close() {
            records.close();
            if (trash != null) {
                trash.close();
            }
        }

        private void repair() throws IOException {
            for (String id : List.copyOf(ownerless)) {
                removeContents(id);
                ownerless.remove(id);
            }
            Set<String> broken = now().all().stream()
                    .filter(LayerRecord::isIncomplete)
                    .map(LayerRecord::id)
                    .collect(Collectors.toSet());
            if (!broken.isEmpty()) {
                LOG.log(Level.WARNING, "removing layers that were never finished, or whose removal was not: " + broken);
                delete(broken);
            }
        }

        private void discardOrphan(String name) throws IOException {
            unmount(name);
            Path orphan = driver.layers().resolve(name);
            if (Files.isDirectory(orphan, LinkOption.NOFOLLOW_LINKS)) {
                driver.discard(name, trash());
            } else {
                Files.deleteIfExists(orphan);
            }
        }

        private void undo(String id, Exception cause) {
            try {
                delete(Set.of(id));
            } catch (IOException | RuntimeException e) {
                cause.addSuppressed(e);
            }
        }

        /** Where it cannot be done now, the next change does it. */
        private void undoTree(String id) throws IOException {
            try {
                if (now().byId(id).isPresent()) {
                    records.save(now().without(id));
                }
                removeContents(id);
            } catch (IOException | RuntimeException e) {
                ownerless.add(id);
                throw e;
            }
        }

        private void removeContents(String id) throws IOException {
            unmount(id);
            removeFiles(id);
        }

        private void unmount(String id) throws IOException {
            try (RecordTable<MountRecord>.Change mounted = mountTable.change()) {
                driver.unmountAllBelow(id);
                if (mounted.now().byId(id).isPresent()) {
                    mounted.save(mounted.now().without(id));
                }
            }
        }

        private void removeFiles(String id) throws IOException {
            driver.discard(id, trash());
            Files.deleteIfExists(paths.tarSplit(id));
            TreeRemoval.remove(paths.layers().resolve(id));
        }

        private TempDir trash() throws IOException {
            if (trash == null) {
                trash = treeTemps.create();
            }
            return trash;
        }
    }
}
