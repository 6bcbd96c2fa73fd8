package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.RecordTables;
import io.crius.storage.record.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The layers that a store knows: those of containers, those of images, which may be kept in another place, and those of
 * additional stores, which are only read. Thread-safe.
 *
 * <p>Reading additional stores takes no lock at all, so they may be on media that cannot be written.
 */
final class LayerStores {
    private final Layers containers;
    private final Layers images;
    private final StorePaths imagePlace;
    private final List<StorePaths> places;
    private final RecordTables<LayerRecord> own;
    private final RecordTables<LayerRecord> all;

    /**
     * @param images the same as {@code containers} where the store is not split
     * @param own paths of these two, containers first
     */
    LayerStores(Layers containers, Layers images, List<StorePaths> own, List<StorePaths> additional, Linux linux) {
        this.containers = containers;
        this.images = images;
        this.imagePlace = own.getLast();
        this.places = Stream.concat(own.stream(), additional.stream()).toList();
        List<RecordTable<LayerRecord>> tables =
                Stream.of(containers, images).distinct().map(Layers::table).toList();
        List<RecordTable<LayerRecord>> others = additional.stream()
                .map(paths -> RecordTable.withVolatile(paths.layers(), "layers", LayerRecord::new, linux))
                .toList();
        this.own = new RecordTables<>(tables);
        this.all = new RecordTables<>(
                Stream.concat(tables.stream(), others.stream()).toList());
    }

    Layers containers() {
        return containers;
    }

    Layers images() {
        return images;
    }

    /** Without additional stores. */
    Snapshot<LayerRecord> readOwn() throws IOException {
        return own.read();
    }

    Snapshot<LayerRecord> read() throws IOException {
        return all.read();
    }

    Optional<LayerRecord> finished(String id) throws IOException {
        return read().byId(id).filter(record -> !record.isIncomplete());
    }

    Path tarSplit(String layer) {
        return places.stream()
                .map(paths -> paths.tarSplit(layer))
                .filter(Files::exists)
                .findFirst()
                .orElseGet(() -> places.getFirst().tarSplit(layer));
    }

    /** Where the file of a layer that is being made goes. */
    Path tarSplitOfNew(String layer) {
        return imagePlace.tarSplit(layer);
    }

    /** Takes all lock files of this store's layers, in their order. */
    Change change() throws IOException {
        Layers.LayerChange first = containers.change();
        if (containers == images) {
            return new Change(first, first);
        }
        try {
            return new Change(first, images.change());
        } catch (IOException | RuntimeException e) {
            first.close();
            throw e;
        }
    }

    void recover() throws IOException {
        containers.recover();
        if (images != containers) {
            images.recover();
        }
    }

    /** The right to change layers of containers and of images; the same where they are not kept apart. */
    record Change(Layers.LayerChange containers, Layers.LayerChange images) implements AutoCloseable {
        /** Layers of both. */
        Snapshot<LayerRecord> now() {
            return containers == images ? containers.now() : Snapshot.union(List.of(containers.now(), images.now()));
        }

        @Override
        public void close() {
            if (images != containers) {
                images.close();
            }
            containers.close();
        }
    }
}
