package io.crius.image.pull;

import io.crius.model.Digest;
import io.crius.model.LayerId;
import io.crius.storage.LayerBlob;
import io.crius.storage.LayerStaging;
import io.crius.storage.Store;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A layer that has been unpacked and checked, for one or more images to commit. Thread-safe. */
final class StagedLayer {
    private final LayerStaging staging;
    private final LayerBlob blob;
    private final Digest diffId;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable LayerId committed;

    StagedLayer(LayerStaging staging, LayerBlob blob, Digest diffId) {
        this.staging = staging;
        this.blob = blob;
        this.diffId = diffId;
    }

    /** Of its content. */
    Digest diffId() {
        return diffId;
    }

    /** What it came in; without its encryption, if it had one. */
    LayerBlob blob() {
        return blob;
    }

    /** Makes it a layer of the store; the second image finds it there. */
    LayerId commit(Store store, Optional<LayerId> parent) {
        lock.lock();
        try {
            LayerId id = committed;
            if (id == null) {
                id = store.commitLayer(staging, parent, blob);
                committed = id;
            }
            return id;
        } finally {
            lock.unlock();
        }
    }

    /** Throws away what was not committed. */
    void discard() {
        staging.close();
    }
}
