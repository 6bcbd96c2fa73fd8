package io.crius.image.pull;

import io.crius.image.registry.RegistryClient;
import io.crius.model.CriusException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One pull's part in one layer: from the wish for it until the pull is over. Thread-safe. */
final class LayerPart implements AutoCloseable {
    private final PlatformImage.Layer layer;
    private final RegistryClient client;
    private final LayerStager stager;
    private final PullProgress progress;
    private final ReentrantLock lock = new ReentrantLock();
    private SharedWork<LayerStager.Wanted, StagedLayer>.@Nullable Part part;
    private @Nullable StagedLayer staged;

    /** What nobody shares. */
    private @Nullable StagedLayer own;

    LayerPart(PlatformImage.Layer layer, RegistryClient client, LayerStager stager, PullProgress progress) {
        this.layer = layer;
        this.client = client;
        this.stager = stager;
        this.progress = progress;
    }

    /** Takes over what has been staged already, if anything. Before anything else. */
    LayerPart with(Optional<StagedLayer> ready) {
        own = ready.orElse(null);
        staged = own;
        return this;
    }

    PlatformImage.Layer layer() {
        return layer;
    }

    /** Stages the layer, or waits until another pull has. Blocks. */
    void stage(Semaphore slots) {
        if (staged != null) {
            return;
        }
        try {
            slots.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cancelled(e);
        }
        try {
            staged = await();
            progress.layerReady();
        } finally {
            slots.release();
        }
    }

    /** What another pull failed at may well work for us, who ask another registry or come with other credentials. */
    private StagedLayer await() {
        var first = join();
        try {
            return await(first);
        } catch (CriusException.Cancelled e) {
            throw e;
        } catch (CriusException e) {
            if (first.origin() == SharedWork.Origin.STARTED) {
                throw PullFailure.within(name(), e);
            }
        }
        try {
            return await(join());
        } catch (CriusException.Cancelled e) {
            throw e;
        } catch (CriusException e) {
            throw PullFailure.within(name(), e);
        }
    }

    private StagedLayer await(SharedWork<LayerStager.Wanted, StagedLayer>.Part wanted) {
        if (wanted.origin() == SharedWork.Origin.STARTED) {
            return wanted.await(name());
        }
        try (PullProgress.Waiting _ = progress.waiting()) {
            return wanted.await(name());
        }
    }

    private SharedWork<LayerStager.Wanted, StagedLayer>.Part join() {
        var next = stager.join(layer, client, progress);
        lock.lock();
        try {
            if (part != null) {
                part.close();
            }
            part = next;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** What was staged, by whom ever. */
    StagedLayer staged() {
        if (staged == null) {
            throw new IllegalStateException(name() + " has not been staged");
        }
        return staged;
    }

    private String name() {
        return "layer " + layer.index() + " (" + layer.blob().digest() + ")";
    }

    private CriusException cancelled(InterruptedException cause) {
        return new CriusException.Cancelled("fetch " + name() + ": cancelled", cause);
    }

    /** Leaves; where nobody else wants the layer, nothing of it is left when this returns. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (part != null) {
                part.closeAndWait();
            }
            if (own != null) {
                own.discard();
            }
        } finally {
            lock.unlock();
        }
    }
}
