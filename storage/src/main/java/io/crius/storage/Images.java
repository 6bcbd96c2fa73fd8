package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.disk.NewFile;
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.record.BigData;
import io.crius.storage.record.BigDataName;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.RecordTables;
import io.crius.storage.record.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The images of a store: their records and the data beside them. Thread-safe by {@code images.lock}. */
final class Images {
    private final Path folder;
    private final Linux linux;
    private final RecordTable<ImageRecord> table;
    private final RecordTables<ImageRecord> all;
    private final List<StorePaths> additional;
    private final LayerStores layers;

    Images(StorePaths paths, List<StorePaths> additional, LayerStores layers, Linux linux) {
        this.folder = paths.images();
        this.linux = linux;
        this.table = RecordTable.of(folder, "images", ImageRecord::new, linux);
        this.additional = List.copyOf(additional);
        this.all = new RecordTables<>(Stream.concat(
                        Stream.of(table),
                        additional.stream()
                                .map(other -> RecordTable.of(other.images(), "images", ImageRecord::new, linux)))
                .toList());
        this.layers = layers;
    }

    /** Those of additional stores among them. */
    Snapshot<ImageRecord> read() throws IOException {
        return all.read();
    }

    Snapshot<ImageRecord> readOwn() throws IOException {
        return table.read();
    }

    /** Compat: images of additional stores are neither renamed nor deleted. */
    void requireNotElsewhere(ImageId id) throws IOException {
        if (read().byId(id.value()).isPresent()) {
            throw new CriusException.FailedPrecondition("image " + id.abbreviated()
                    + " is in the additional image store " + storeOf(id).graphRoot()
                    + ", which is only read; remove it there, with the tool that put it there");
        }
    }

    private StorePaths storeOf(ImageId id) {
        return additional.stream()
                .filter(other -> Files.isDirectory(other.images().resolve(id.value())))
                .findFirst()
                .orElse(additional.getFirst());
    }

    RecordTable<ImageRecord>.Change change() throws IOException {
        return table.change();
    }

    /** Removes data of images that were never recorded. */
    void recover() throws IOException {
        try (RecordTable<ImageRecord>.Change change = table.change()) {
            Orphans.remove(folder, change.now());
        }
    }

    ImageRecord put(NewImage image) throws IOException {
        try (RecordTable<ImageRecord>.Change change = table.change()) {
            // Whoever deletes layers with their image holds images.lock as well, so this stays true until it is
            // released.
            image.topLayer().ifPresent(this::requireLayer);
            Snapshot<ImageRecord> now = change.now();
            ImageRecord record = now.byId(image.id().value())
                    .map(known -> sameLayer(known, image))
                    .orElseGet(() -> ImageRecord.of(
                            image.id().value(),
                            image.digest().toString(),
                            image.topLayer().map(LayerId::value),
                            image.created()));
            writeData(image);
            record = record.withMetadata(image.metadata())
                    .withBigData(image.data().stream().map(Images::item).toList());
            change.save(named(now.with(record), record, image.names()));
            return change.now().byId(record.id()).orElseThrow();
        }
    }

    void addName(ImageId id, String name) throws IOException {
        try (RecordTable<ImageRecord>.Change change = table.change()) {
            if (change.now().byId(id.value()).isEmpty()) {
                requireNotElsewhere(id);
            }
            ImageRecord record = require(change.now(), id);
            change.save(named(change.now(), record, List.of(name)));
        }
    }

    Optional<ImageId> removeName(String name) throws IOException {
        try (RecordTable<ImageRecord>.Change change = table.change()) {
            Optional<ImageRecord> record = change.now().byName(name);
            if (record.isEmpty()) {
                Optional<ImageId> elsewhere =
                        read().byName(name).flatMap(Stored::image).map(StoredImage::id);
                if (elsewhere.isPresent()) {
                    requireNotElsewhere(elsewhere.get());
                }
            } else {
                change.save(change.now().with(record.get().withoutName(name)));
            }
            return record.flatMap(Stored::image).map(StoredImage::id);
        }
    }

    /** Removes record and data, for the holder of the change. */
    void remove(RecordTable<ImageRecord>.Change change, String id) throws IOException {
        change.save(change.now().without(id));
        TreeRemoval.remove(folder.resolve(id));
    }

    byte[] data(ImageId id, String key) throws IOException {
        require(read(), id);
        try {
            return Files.readAllBytes(dataFolder(id).resolve(BigDataName.of(key)));
        } catch (NoSuchFileException _) {
            throw new CriusException.NotFound("image " + id.abbreviated() + " has no data \"" + key + "\"");
        }
    }

    private Path dataFolder(ImageId id) throws IOException {
        boolean own = additional.isEmpty() || readOwn().byId(id.value()).isPresent();
        return (own ? folder : storeOf(id).images()).resolve(id.value());
    }

    /** Empty where the size of a layer is not known. */
    OptionalLong size(ImageId id) throws IOException {
        ImageRecord image = require(read(), id);
        long size = image.bigData().stream().mapToLong(BigData::size).sum();
        Snapshot<LayerRecord> all = layers.read();
        Optional<String> next = image.layer();
        while (next.isPresent()) {
            Optional<LayerRecord> layer = all.byId(next.get());
            if (layer.isEmpty() || layer.get().diffSize().isEmpty()) {
                return OptionalLong.empty();
            }
            size += layer.get().diffSize().getAsLong();
            next = layer.get().parent();
        }
        return OptionalLong.of(size);
    }

    ImageRecord require(Snapshot<ImageRecord> all, ImageId id) {
        return all.byId(id.value())
                .orElseThrow(() -> new CriusException.NotFound("image " + id.abbreviated() + " is not in the store"));
    }

    /** One save takes the names from all others and gives them to this one. */
    private static Snapshot<ImageRecord> named(Snapshot<ImageRecord> all, ImageRecord record, List<String> names) {
        Snapshot<ImageRecord> next = all;
        for (String name : names) {
            Optional<ImageRecord> owner = next.byName(name);
            if (owner.isPresent() && !owner.get().id().equals(record.id())) {
                next = next.with(owner.get().withoutName(name));
            }
        }
        return names.isEmpty() ? next : next.with(record.withNamesAdded(names));
    }

    private void requireLayer(LayerId id) {
        try {
            if (layers.finished(id.value()).isEmpty()) {
                throw new CriusException.Overtaken("layer " + id.abbreviated()
                        + " is no longer in the store, another tool removed it meanwhile; pull the image again");
            }
        } catch (IOException e) {
            throw new CriusException.Failed("read the layers of the store: " + e.getMessage(), e);
        }
    }

    private static ImageRecord sameLayer(ImageRecord known, NewImage image) {
        if (!known.layer().equals(image.topLayer().map(LayerId::value))) {
            throw new CriusException.FailedPrecondition("image " + image.id().abbreviated()
                    + " exists with a different top layer (" + known.layer().orElse("none") + "); remove it first");
        }
        return known;
    }

    private static BigData item(ImageData data) {
        return new BigData(
                data.key(), data.content().length, Optional.of(data.digest()).map(Digest::toString));
    }

    private void writeData(NewImage image) throws IOException {
        Path own = folder.resolve(image.id().value());
        StorePaths.makePrivate(own);
        for (ImageData data : image.data()) {
            NewFile.replace(own.resolve(BigDataName.of(data.key())), data.content(), NewFile.Sync.DATA, linux);
        }
    }
}
