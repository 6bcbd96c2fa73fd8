package io.crius.image;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.ImageConfig;
import io.crius.oci.image.Manifest;
import io.crius.oci.image.Schema1Manifest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.storage.Store;
import io.crius.storage.StoredImage;
import io.crius.storage.StoredLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** What the images of the store say about themselves. Thread-safe. An id stands for its content, so nothing goes stale. */
final class ImageConfigs {
    private static final int KEPT = 256;

    /** @param annotations of the manifest */
    record Description(ImageConfig config, Map<String, String> annotations) {}

    private final Store store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ImageId, Description> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ImageId, Description> eldest) {
            return size() > KEPT;
        }
    };

    ImageConfigs(Store store) {
        this.store = store;
    }

    /**
     * Blocks on the disk the first time.
     *
     * @throws CriusException.NotFound the store has no such image
     * @throws CriusException.DataLoss what is stored cannot be read
     */
    Description of(ImageId id) {
        lock.lock();
        try {
            Description description = known.get(id);
            if (description != null) {
                return description;
            }
        } finally {
            lock.unlock();
        }
        Description read = read(id);
        lock.lock();
        try {
            known.put(id, read);
        } finally {
            lock.unlock();
        }
        return read;
    }

    /** The configuration as it is stored, or made. Blocks on the disk; fails as {@link #of} does. */
    JsonObject document(ImageId id) {
        return reading(id, manifest -> Json.parseObject(bytes(id, manifest), "image config"));
    }

    private Description read(ImageId id) {
        return reading(id, manifest -> new Description(ImageConfig.parse(bytes(id, manifest)), annotations(manifest)));
    }

    private static Map<String, String> annotations(Manifest manifest) {
        return manifest instanceof Schema1Manifest
                ? Map.of()
                : manifest.single().annotations();
    }

    /** Compat: the configuration of a schema 1 image is not kept; it is made of the manifest and the layers. */
    private byte[] bytes(ImageId id, Manifest manifest) {
        return manifest instanceof Schema1Manifest old
                ? old.config(diffIds(id))
                : store.imageData(id, manifest.single().config().digest().toString());
    }

    private List<Digest> diffIds(ImageId id) {
        List<Digest> diffIds = new ArrayList<>();
        Optional<StoredLayer> layer =
                store.image(id).flatMap(StoredImage::topLayer).flatMap(store::layer);
        while (layer.isPresent()) {
            layer.get().diffId().ifPresent(diffIds::add);
            layer = layer.get().parent().flatMap(store::layer);
        }
        return diffIds.reversed();
    }

    private <T> T reading(ImageId id, Function<Manifest, T> reader) {
        try {
            return reader.apply(Manifest.parseStored(store.imageData(id, "manifest")));
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.DataLoss("image " + id.abbreviated() + ": " + e.getMessage(), e);
        }
    }
}
