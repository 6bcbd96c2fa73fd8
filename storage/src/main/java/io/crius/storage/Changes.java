package io.crius.storage;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.Snapshot;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Changes that concern layers together with images or containers: here the locks are taken, in their order. */
final class Changes {
    private final LayerStores layers;
    private final Images images;
    private final Containers containers;

    Changes(LayerStores layers, Images images, Containers containers) {
        this.layers = layers;
        this.images = images;
        this.containers = containers;
    }

    /** One that does not exist is no error. */
    void deleteImage(ImageId id) throws IOException {
        try (LayerStores.Change layerChange = layers.change();
                RecordTable<ImageRecord>.Change imageChange = images.change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            Optional<ImageRecord> image = imageChange.now().byId(id.value());
            if (image.isEmpty()) {
                images.requireNotElsewhere(id);
                return;
            }
            var removal = new ImageRemoval(layerChange.now(), imageChange.now(), containerChange.now());
            removal.requireUnused(image.get());
            images.remove(imageChange, id.value());
            delete(layerChange, removal.layersOf(image.get()));
        }
    }

    /** One that does not exist, or that something stands on, is no error. */
    void deleteLayers(LayerId top) throws IOException {
        try (LayerStores.Change layerChange = layers.change();
                RecordTable<ImageRecord>.Change imageChange = images.change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            var removal = new ImageRemoval(layerChange.now(), imageChange.now(), containerChange.now());
            delete(layerChange, removal.layersFrom(top.value()));
        }
    }

    int deleteUnusedLayers(Instant createdBefore) throws IOException {
        try (LayerStores.Change layerChange = layers.change();
                RecordTable<ImageRecord>.Change imageChange = images.change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            Set<String> unused = new ImageRemoval(layerChange.now(), imageChange.now(), containerChange.now())
                    .unusedLayers(createdBefore);
            delete(layerChange, unused);
            return unused.size();
        }
    }

    /** Where layers are kept in two places, each is deleted in its own. */
    private static void delete(LayerStores.Change change, Set<String> ids) throws IOException {
        var ofContainers = new LinkedHashSet<>(ids);
        ofContainers.removeIf(id -> change.containers().now().byId(id).isEmpty());
        change.containers().delete(ofContainers);
        var others = new LinkedHashSet<>(ids);
        others.removeAll(new HashSet<>(ofContainers));
        change.images().delete(others);
    }

    /** The image cannot go meanwhile: whoever deletes it needs {@code layers.lock}. */
    ContainerRecord createContainer(NewContainer container) throws IOException {
        try (Layers.LayerChange layerChange = layers.containers().change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            containers.requireNew(containerChange.now(), container);
            return new ContainerCreation(layerChange, layers, images.read(), container)
                    .create(containers.publication(containerChange));
        }
    }

    /**
     * One that does not exist is no error; its folders go all the same: whoever deleted it before may have died between
     * its record and them.
     */
    void deleteContainer(ContainerId id) throws IOException {
        try (Layers.LayerChange layerChange = layers.containers().change();
                RecordTable<ContainerRecord>.Change containerChange = containers.change()) {
            Snapshot<ContainerRecord> now = containerChange.now();
            Optional<ContainerRecord> record = now.byId(id.value());
            if (record.isPresent()) {
                Snapshot<ContainerRecord> without = now.without(id.value());
                Optional<String> layer = record.get().layer();
                if (layer.isPresent()) {
                    layerChange.deleteForContainer(new LayerId(layer.get()), () -> containerChange.prepare(without));
                } else {
                    containerChange.save(without);
                }
            }
            containers.removeFolders(id.value());
        }
    }

    static CriusException.Overtaken parentGone(LayerId id, String parent) {
        return new CriusException.Overtaken("commit layer " + id + ": its parent " + parent
                + " is no longer in the store, another tool removed it meanwhile; pull the image again");
    }
}
