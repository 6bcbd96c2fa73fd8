package io.crius.storage;

import io.crius.model.CriusException;
import io.crius.model.Timeline;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A mounted container whose records a thread of their own brings to the disk. */
final class RecordsOnTheirWay implements MountedContainer {
    private static final System.Logger LOG = System.getLogger(RecordsOnTheirWay.class.getName());

    private final Path root;
    private final CompletableFuture<Void> records;
    private boolean awaited;

    /** Begins with the work at once. */
    RecordsOnTheirWay(Path root, Runnable work) {
        this.root = root;
        this.records = CompletableFuture.runAsync(
                work, task -> Thread.ofVirtual().name("container-records").start(task));
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public void awaitRecords() {
        awaited = true;
        try (Timeline.Step _ = Timeline.step("records of the container on the disk")) {
            records.join();
        } catch (CompletionException e) {
            // The work's own errors say what was done; others are not for its caller.
            throw e.getCause() instanceof CriusException told ? told : e;
        }
    }

    @Override
    public void close() {
        if (awaited) {
            return;
        }
        try {
            awaitRecords();
        } catch (CriusException | CompletionException e) {
            LOG.log(System.Logger.Level.WARNING, "records of a container that was given up: " + e.getMessage(), e);
        }
    }
}
