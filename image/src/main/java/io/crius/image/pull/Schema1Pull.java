package io.crius.image.pull;

import io.crius.image.registry.RegistryClient;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.Schema1Manifest;
import io.crius.storage.Store;
import io.crius.storage.StoredLayer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Brings an image of Docker's schema 1 into the store. Its manifest does not say what its layers contain, which is what
 * layers and image are called by; so what the store does not know by the blob is staged first, and named then. One
 * thread, helped by one for each layer.
 */
final class Schema1Pull {
    private final Store store;
    private final LayerStager stager;
    private final PullBudget budget;
    private final PullProgress progress;

    Schema1Pull(Store store, LayerStager stager, PullBudget budget, PullProgress progress) {
        this.store = store;
        this.stager = stager;
        this.budget = budget;
        this.progress = progress;
    }

    /** Blocks. A failure or an interrupt before all layers have been checked leaves nothing. */
    ImageId run(PlatformImage.Origin origin) {
        if (!(origin.instance().manifest() instanceof Schema1Manifest manifest)) {
            throw new IllegalArgumentException(
                    "not of schema 1: " + origin.instance().digest());
        }
        List<Digest> blobs = manifest.layers();
        RegistryClient client = origin.found().client();
        Map<Digest, Descriptor> sized = new HashMap<>();
        List<Descriptor> layers = blobs.stream()
                .map(blob -> sized.computeIfAbsent(blob, client::layer))
                .toList();
        Map<Digest, Digest> contents = known(blobs);
        Map<Digest, StagedLayer> staged = new ConcurrentHashMap<>();
        boolean done = false;
        try {
            stage(
                    layers.stream()
                            .filter(layer -> !contents.containsKey(layer.digest()))
                            .distinct()
                            .toList(),
                    client,
                    staged);
            staged.forEach((blob, layer) -> contents.put(blob, layer.diffId()));
            byte[] config = manifest.config(blobs.stream().map(contents::get).toList());
            PlatformImage image = PlatformImage.ofSchema1(origin, layers, config);
            ImagePull pull = new ImagePull(store, stager, budget.imageSlots(), progress).with(byContent(staged));
            done = true;
            return pull.run(image);
        } finally {
            if (!done) {
                staged.values().forEach(StagedLayer::discard);
            }
        }
    }

    private Map<Digest, Digest> known(List<Digest> blobs) {
        Map<Digest, Digest> known = new HashMap<>();
        for (Digest blob : blobs) {
            store.layersByBlob(blob).stream()
                    .map(StoredLayer::diffId)
                    .flatMap(Optional::stream)
                    .findFirst()
                    .ifPresent(diffId -> known.put(blob, diffId));
        }
        return known;
    }

    private void stage(List<Descriptor> layers, RegistryClient client, Map<Digest, StagedLayer> staged) {
        progress.expect(
                layers.size(), layers.stream().mapToLong(Descriptor::size).sum());
        Semaphore slots = budget.imageSlots();
        try (var scope = new TaskScope("fetch-layer")) {
            for (int i = 0; i < layers.size(); i++) {
                var wish = new LayerPipeline.Wish(i, layers.get(i), Optional.empty(), Optional.empty());
                scope.fork(() -> staged.put(wish.blob().digest(), stage(wish, client, slots)));
            }
            scope.join();
        }
    }

    private StagedLayer stage(LayerPipeline.Wish wish, RegistryClient client, Semaphore slots) {
        try (PullBudget.Share _ = PullBudget.take(slots)) {
            StagedLayer staged = stager.download(wish, client, progress);
            progress.layerReady();
            return staged;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("fetch layer " + wish.blob().digest() + ": cancelled", e);
        }
    }

    /** Two blobs may have the same content. */
    private static Map<Digest, StagedLayer> byContent(Map<Digest, StagedLayer> staged) {
        return staged.values().stream().collect(Collectors.toMap(StagedLayer::diffId, layer -> layer, (one, other) -> {
            other.discard();
            return one;
        }));
    }
}
