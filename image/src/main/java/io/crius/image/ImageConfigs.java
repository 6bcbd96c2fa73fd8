package io.crius.image;

import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.image.ImageConfig;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.Manifest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.storage.Store;
import java.util.LinkedHashMap;
import java.util.Map;
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

    /** The configuration as it is stored. Blocks on the disk; fails as {@link #of} does. */
    JsonObject document(ImageId id) {
        return reading(id, manifest -> Json.parseObject(bytes(id, manifest), "image config"));
    }

    private Description read(ImageId id) {
        return reading(id, manifest -> new Description(ImageConfig.parse(bytes(id, manifest)), manifest.annotations()));
    }

    private byte[] bytes(ImageId id, ImageManifest manifest) {
        return store.imageData(id, manifest.config().digest().toString());
    }

    private <T> T reading(ImageId id, Function<ImageManifest, T> reader) {
        try {
            return reader.apply(
                    Manifest.parseStored(store.imageData(id, "manifest")).single());
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.DataLoss("image " + id.abbreviated() + ": " + e.getMessage(), e);
        }
    }
}
