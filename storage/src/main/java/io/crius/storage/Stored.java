package io.crius.storage;

import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.record.BigData;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Records as the API shows them. What others wrote with ids or digests that are none is left out. */
final class Stored {
    private Stored() {}

    static Optional<StoredLayer> layer(LayerRecord record) {
        return valid(record.id(), LayerId::new)
                .filter(_ -> !record.isIncomplete())
                .map(id -> new StoredLayer(
                        id,
                        record.parent().flatMap(parent -> valid(parent, LayerId::new)),
                        record.names(),
                        record.created(),
                        record.diffDigest().flatMap(Stored::digest),
                        record.diffSize(),
                        record.blobDigest().flatMap(Stored::digest),
                        record.blobSize()));
    }

    static Optional<StoredImage> image(ImageRecord record) {
        return valid(record.id(), ImageId::new)
                .map(id -> new StoredImage(
                        id,
                        record.digest().flatMap(Stored::digest),
                        digests(record),
                        record.names(),
                        record.namesHistory(),
                        record.layer().flatMap(layer -> valid(layer, LayerId::new)),
                        record.metadata(),
                        record.created(),
                        record.bigData().stream().map(Stored::item).toList()));
    }

    static Optional<StoredContainer> container(ContainerRecord record) {
        Optional<LayerId> layer = record.layer().flatMap(id -> valid(id, LayerId::new));
        return layer.isEmpty()
                ? Optional.empty()
                : valid(record.id(), ContainerId::new)
                        .map(id -> new StoredContainer(
                                id,
                                record.names(),
                                record.image().flatMap(image -> valid(image, ImageId::new)),
                                layer.get(),
                                record.metadata(),
                                record.created(),
                                record.owners()));
    }

    private static StoredImage.DataItem item(BigData data) {
        return new StoredImage.DataItem(data.key(), data.size(), data.digest().flatMap(Stored::digest));
    }

    private static List<Digest> digests(ImageRecord record) {
        var digests = new LinkedHashSet<Digest>();
        record.digest().flatMap(Stored::digest).ifPresent(digests::add);
        for (BigData data : record.bigData()) {
            if (data.key().equals("manifest") || data.key().startsWith("manifest-")) {
                data.digest().flatMap(Stored::digest).ifPresent(digests::add);
            }
        }
        return new ArrayList<>(digests);
    }

    private static Optional<Digest> digest(String text) {
        return valid(text, Digest::parse);
    }

    static <T> Optional<T> valid(String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (CriusException.InvalidArgument _) {
            return Optional.empty();
        }
    }
}
