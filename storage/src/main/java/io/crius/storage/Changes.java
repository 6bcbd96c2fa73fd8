package io.crius.storage;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.unpack.Unpacked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Changes that concern layers together with images or containers: here the locks are taken, in their order. */
final class Changes {
    private final Layers layers;
    private final Images images;
    private final Containers containers;

    Changes(Layers layers, Images images, Containers containers) {
        this.layers = layers;
        this.images = images;
        this.containers = containers;
    }

    /** Makes the staged layer one of the store, unless it is there already. */
    void commit(LayerId id, StagedLayer staged, Optional<String> parent, LayerBlob blob) throws IOException {
        try (Layers.LayerChange change = layers.change()) {
            if (change.now().byId(id.value()).isPresent()) {
                return;
            }
            if (parent.isPresent() && change.now().byId(parent.get()).isEmpty()) {
                throw new CriusException.FailedPrecondition("commit layer " + id + ": its parent " + parent.get()
                        + " is no longer in the store, another tool removed it meanwhile; pull the image again");
            }
            LayerRecord record = LayerRecord.incomplete(id.value(), List.of(), parent, Instant.now());
            change.create(record, staged.tree(), incomplete -> {
                Files.move(staged.split(), layers.tarSplit(id.value()), StandardCopyOption.ATOMIC_MOVE);
                return incomplete.withContent(content(staged.unpacked(), blob));
            });
        }
    }

    private static LayerRecord.Content content(Unpacked unpacked, LayerBlob blob) {
        return new LayerRecord.Content(
                unpacked.diffId().toString(),
                unpacked.size(),
                blob.digest().toString(),
                blob.size(),
                blob.compression().code(),
                unpacked.uids(),
                unpacked.gids());
    }

    /** One that does not exist is no error. */
    void deleteImage(ImageId id) throws IOException {
        try (Layers.LayerChange layerChange = layers.change();
                RecordTable<ImageRecord>.Change imageChange = images.change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            Optional<ImageRecord> image = imageChange.now().byId(id.value());
            if (image.isPresent()) {
                var removal = new ImageRemoval(layerChange.now(), imageChange.now(), containerChange.now());
                removal.requireUnused(image.get());
                images.remove(imageChange, id.value());
                layerChange.delete(removal.layersOf(image.get()));
            }
        }
    }

    int deleteUnusedLayers(Instant createdBefore) throws IOException {
        try (Layers.LayerChange layerChange = layers.change();
                RecordTable<ImageRecord>.Change imageChange = images.change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            Set<String> unused = new ImageRemoval(layerChange.now(), imageChange.now(), containerChange.now())
                    .unusedLayers(createdBefore);
            layerChange.delete(unused);
            return unused.size();
        }
    }

    /** The image cannot go meanwhile: whoever deletes it needs {@code layers.lock}. */
    ContainerRecord createContainer(NewContainer container) throws IOException {
        try (Layers.LayerChange layerChange = layers.change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            containers.requireNew(containerChange.now(), container);
            return new ContainerCreation(layerChange, images.read(), container)
                    .create(containers.publication(containerChange));
        }
    }

    /**
     * One that does not exist is no error; its folders go all the same: whoever deleted it before may have died between its record
     * and them.
     */
    void deleteContainer(ContainerId id) throws IOException {
        try (Layers.LayerChange layerChange = layers.change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            // The layer first: a crash in between leaves a record, by which the deletion can be repeated.
            Optional<String> layer = containerChange
                    .now()
                    .byId(id.value())
                    .flatMap(ContainerRecord::layer)
                    .filter(of -> layerChange.now().byId(of).isPresent());
            layerChange.delete(layer.map(Set::of).orElse(Set.of()));
            containers.remove(containerChange, id.value());
        }
    }
}
