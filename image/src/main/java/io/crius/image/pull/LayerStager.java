package io.crius.image.pull;

import io.crius.image.encryption.LayerKey;
import io.crius.image.registry.RegistryClient;
import io.crius.model.CriusException;
import io.crius.model.LayerId;
import io.crius.oci.image.MediaTypes;
import io.crius.storage.Compression;
import io.crius.storage.LayerBlob;
import io.crius.storage.LayerContent;
import io.crius.storage.LayerStaging;
import io.crius.storage.Store;
import io.crius.storage.StoredLayer;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Stages layers, each once for all pulls that want it at the same time. Thread-safe.
 *
 * <p>A layer whose content the store has elsewhere is made from that; the others, and encrypted ones, are downloaded.
 */
final class LayerStager {
    private static final Logger LOG = System.getLogger(LayerStager.class.getName());

    private final Store store;
    private final LayerPipeline pipeline;
    private final UnpackLimits limits;
    private final SharedWork<Wanted, StagedLayer> layers = new SharedWork<>(
            Thread.ofPlatform().daemon().name("layer-unpack-", 0).factory(), StagedLayer::discard);

    /**
     * What is staged once. Safety: of an encrypted layer only those get a share who have its key, and who know which ciphertext
     * it has to be.
     */
    record Wanted(LayerId id, Optional<LayerKey> key) {}

    LayerStager(Store store, PullBudget budget, UnpackLimits limits) {
        this.store = store;
        this.limits = limits;
        this.pipeline = new LayerPipeline(budget, limits);
    }

    /** Takes part in the staging of the layer. Whoever has all layers commits, and then closes its parts. */
    SharedWork<Wanted, StagedLayer>.Part join(PlatformImage.Layer layer, RegistryClient client, PullProgress progress) {
        return layers.join(new Wanted(layer.id(), layer.key()), () -> stage(layer, client, progress));
    }

    private StagedLayer stage(PlatformImage.Layer layer, RegistryClient client, PullProgress progress) {
        Optional<StagedLayer> copied = layer.key().isPresent() ? Optional.empty() : copy(layer, progress);
        return copied.orElseGet(() -> download(layer.wish(), client, progress));
    }

    /** Stages a blob for one pull alone, which commits or discards it. Blocks. */
    StagedLayer download(LayerPipeline.Wish wish, RegistryClient client, PullProgress progress) {
        LayerStaging staging = store.stageLayer();
        try {
            return pipeline.run(wish, client, staging, progress);
        } catch (Throwable e) {
            staging.close();
            throw e;
        }
    }

    /** The same content at another place of a chain is unpacked again instead of downloaded. */
    private Optional<StagedLayer> copy(PlatformImage.Layer layer, PullProgress progress) {
        Optional<StoredLayer> twin =
                store.layersByDiffId(layer.diffId()).stream().findFirst();
        return twin.flatMap(stored -> copy(layer, stored, progress));
    }

    private Optional<StagedLayer> copy(PlatformImage.Layer layer, StoredLayer twin, PullProgress progress) {
        LayerStaging staging = store.stageLayer();
        boolean staged = false;
        try (InputStream tar = store.layerTar(twin.id());
                PullProgress.Waiting _ = progress.waiting()) {
            LayerContent content = staging.unpack(tar, limits);
            LayerPipeline.requireContent(layer.wish(), content);
            staged = true;
            return Optional.of(new StagedLayer(staging, blob(layer, twin, content), content.diffId()));
        } catch (CriusException.Cancelled e) {
            throw e;
        } catch (CriusException | IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CriusException.Cancelled("copy layer " + twin.id().abbreviated() + ": cancelled", e);
            }
            LOG.log(
                    Level.DEBUG,
                    () -> "layer " + layer.id().abbreviated() + " is downloaded although the store has its content: "
                            + e.getMessage());
            return Optional.empty();
        } finally {
            if (!staged) {
                staging.close();
            }
        }
    }

    /** Nobody has checked what the manifest's blob holds, unless it is the one that the other layer came in. */
    private static LayerBlob blob(PlatformImage.Layer layer, StoredLayer twin, LayerContent content) {
        boolean sameBlob =
                twin.blobDigest().filter(layer.blob().digest()::equals).isPresent();
        return sameBlob
                ? new LayerBlob(
                        layer.blob().digest(),
                        layer.blob().size(),
                        compression(layer.blob().mediaType()))
                : new LayerBlob(content.diffId(), content.size(), Compression.NONE);
    }

    private static Compression compression(String mediaType) {
        if (mediaType.endsWith("zstd")) {
            return Compression.ZSTD;
        }
        return MediaTypes.isLayer(mediaType) && mediaType.endsWith("gzip") ? Compression.GZIP : Compression.NONE;
    }
}
