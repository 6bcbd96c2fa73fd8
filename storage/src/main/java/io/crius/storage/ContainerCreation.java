package io.crius.storage;

import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.driver.NewLayer;
import io.crius.storage.driver.NewTree;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.Snapshot;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes the writable layer of a new container and the record to go with it. For the holder of {@code layers.lock}. */
record ContainerCreation(
        Layers.LayerChange layers, LayerStores all, Snapshot<ImageRecord> images, NewContainer container) {
    /** Makes the record of the container visible. */
    interface Publication {
        /** Makes the container's folders and writes its record aside. */
        RecordTable.Saving prepare(ContainerRecord record) throws IOException;

        /** Takes away whatever there is of it. */
        void withdraw(ContainerRecord record) throws IOException;
    }

    /** After a death the record, which a container's owner deletes, may be all that is left; never a layer that nobody owns. */
    PreparedContainer prepare(Publication publication) throws IOException {
        Optional<String> parent =
                container.image().isPresent() ? topLayer(container.image().get()) : Optional.empty();
        String layer = LayerId.random().value();
        ContainerRecord record = ContainerRecord.of(
                        container.id().value(),
                        container.names(),
                        new ContainerRecord.Links(container.image().map(ImageId::value), layer),
                        container.metadata(),
                        Instant.now())
                .withOwners(container.owners())
                .withMountLabel(container.mountLabel());
        try {
            var made = layers.createForContainer(
                    LayerRecord.incomplete(layer, layerNames(), parent, Instant.now()),
                    new NewLayer(layer, parent, new NewTree.Empty(), container.owners()),
                    () -> publication.prepare(record));
            return new PreparedContainer(record, made, publication);
        } catch (IOException | RuntimeException e) {
            withdraw(publication, record, e);
            throw e;
        }
    }

    private static void withdraw(Publication publication, ContainerRecord record, Exception cause) {
        try {
            publication.withdraw(record);
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private Optional<String> topLayer(ImageId id) throws IOException {
        ImageRecord image = images.byId(id.value())
                .orElseThrow(() -> new CriusException.NotFound("image " + id + " is not in the store; pull it first"));
        Optional<String> top = image.layer();
        if (top.isPresent() && all.finished(top.get()).isEmpty()) {
            throw new CriusException.DataLoss(
                    "image " + id + " has lost its layer " + top.get() + "; remove the image and pull it again");
        }
        return top;
    }

    /** Compat: podman names a container's layer after the container; a name that is taken is left out. */
    private List<String> layerNames() {
        return container.names().stream()
                .limit(1)
                .map(name -> name + "-layer")
                .filter(name -> layers.now().byName(name).isEmpty())
                .toList();
    }
}
