package io.crius.storage;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.model.Rollback;
import io.crius.storage.lock.StoreLock;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
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
    private final Mountings mountings;

    Changes(LayerStores layers, Images images, Containers containers, Mountings mountings) {
        this.layers = layers;
        this.images = images;
        this.containers = containers;
        this.mountings = mountings;
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
            try (PreparedContainer prepared = prepare(container, layerChange, containerChange)) {
                prepared.show();
                return prepared.record();
            }
        }
    }

    private PreparedContainer prepare(
            NewContainer container, Layers.LayerChange layerChange, RecordTable<ContainerRecord>.Change containerChange)
            throws IOException {
        containers.requireNew(containerChange.now(), container);
        return new ContainerCreation(layerChange, layers, images.read(), container)
                .prepare(containers.publication(containerChange));
    }

    /** Makes and mounts a container that nobody sees yet. Until its caller has finished it nobody else changes anything. */
    UnseenContainer createMounted(NewContainer container) throws IOException {
        try (StoreLock.Held _ = mountings.lock();
                var undo = new Rollback()) {
            Layers.LayerChange layerChange = layers.containers().change();
            undo.onFailure("let go of layers.lock", layerChange::close);
            RecordTable<ContainerRecord>.Change containerChange = containers.change();
            undo.onFailure("let go of containers.lock", containerChange::close);
            PreparedContainer prepared = prepare(container, layerChange, containerChange);
            undo.onFailure("take back container " + container.id(), prepared::close);
            Path root = mountings.mountNew(prepared.layer(), container);
            undo.commit();
            return new UnseenContainer(layerChange, containerChange, prepared, root);
        }
    }

    /** For the holder of the locks, from whichever thread. */
    record UnseenContainer(
            Layers.LayerChange layers,
            RecordTable<ContainerRecord>.Change containers,
            PreparedContainer prepared,
            Path root) {
        /** Waits for the disk, shows the container, and lets go of the locks. After a failure nothing of it is left. */
        ContainerRecord finish() throws IOException {
            try (layers;
                    containers;
                    prepared) {
                prepared.show();
                return prepared.record();
            }
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
