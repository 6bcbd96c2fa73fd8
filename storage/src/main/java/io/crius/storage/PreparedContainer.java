package io.crius.storage;

import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.LayerRecord;
import java.io.Closeable;
import java.io.IOException;

/**
 * A new container that nobody sees yet: its tree is there, its records are written aside. Closed without being shown it leaves
 * nothing. For the holder of the locks, from whichever thread.
 */
final class PreparedContainer implements AutoCloseable {
    private final ContainerRecord record;
    private final Layers.LayerChange.ContainerLayer layer;
    private final ContainerCreation.Publication publication;
    private boolean shown;

    PreparedContainer(
            ContainerRecord record,
            Layers.LayerChange.ContainerLayer layer,
            ContainerCreation.Publication publication) {
        this.record = record;
        this.layer = layer;
        this.publication = publication;
    }

    ContainerRecord record() {
        return record;
    }

    LayerRecord layer() {
        return layer.record();
    }

    /** Waits for the disk, which no interrupt ends; then everybody sees it. */
    void show() throws IOException {
        layer.show();
        shown = true;
    }

    @Override
    public void close() throws IOException {
        try (Closeable _ = this::withdrawUnlessShown) {
            layer.close();
        }
    }

    private void withdrawUnlessShown() throws IOException {
        if (!shown) {
            publication.withdraw(record);
        }
    }
}
