package io.crius.image;

import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.image.ImageConfig;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.Manifest;
import io.crius.storage.Store;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

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

    private Description read(ImageId id) {
        try {
            Manifest manifest = Manifest.parseStored(store.imageData(id, "manifest"));
            if (!(manifest instanceof ImageManifest image)) {
                throw new CriusException.DataLoss("image " + id.abbreviated() + ": its manifest is an index");
            }
            byte[] config = store.imageData(id, image.config().digest().toString());
            return new Description(ImageConfig.parse(config), image.annotations());
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.DataLoss("image " + id.abbreviated() + ": " + e.getMessage(), e);
        }
    }
}
