package io.crius.image.pull;

import io.crius.model.ImageId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The last pull of each image, of the last ones that were pulled since the daemon started. Thread-safe. */
final class PullHistory {
    private static final int KEPT = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ImageId, PullReport> reports = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ImageId, PullReport> eldest) {
            return size() > KEPT;
        }
    };

    void add(ImageId id, PullReport report) {
        lock.lock();
        try {
            reports.remove(id);
            reports.put(id, report);
        } finally {
            lock.unlock();
        }
    }

    Optional<PullReport> of(ImageId id) {
        lock.lock();
        try {
            return Optional.ofNullable(reports.get(id));
        } finally {
            lock.unlock();
        }
    }
}
