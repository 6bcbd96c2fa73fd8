package io.crius.image.pull;

import io.crius.image.registry.RegistryClient;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.LayerBlob;
import io.crius.storage.Store;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Brings one image into the store: all its missing layers, then its record. One thread, helped by one for each layer. */
final class ImagePull {
    private static final int ATTEMPTS = 3;

    private final Store store;
    private final LayerStager stager;
    private final Semaphore slots;
    private final PullProgress progress;
    private final Map<Digest, StagedLayer> ready = new HashMap<>();

    ImagePull(Store store, LayerStager stager, Semaphore slots, PullProgress progress) {
        this.store = store;
        this.stager = stager;
        this.slots = slots;
        this.progress = progress;
    }

    /** Takes over layers that have been staged, by the digest of their content; those that are not needed are thrown away. */
    ImagePull with(Map<Digest, StagedLayer> staged) {
        ready.putAll(staged);
        return this;
    }

    /**
     * Blocks. Nothing is committed before every layer has been checked, so a failure or an interrupt until then leaves
     * nothing. Layers that another tool removes between check and record are fetched again, a few times. A damaged layer that
     * cannot be replaced, since something stands on it, is refused before anything is fetched.
     */
    ImageId run(PlatformImage image) {
        try {
            return attempts(image);
        } finally {
            ready.values().forEach(StagedLayer::discard);
        }
    }

    private ImageId attempts(PlatformImage image) {
        for (int attempt = 1; ; attempt++) {
            List<LayerPart> parts = missing(image);
            try {
                stage(parts);
                return commit(image, parts);
            } catch (CriusException.Overtaken e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            } finally {
                parts.forEach(LayerPart::close);
            }
        }
    }

    /**
     * Compat: what is encrypted is fetched and decrypted each time: only then is it known what it is, and whether who has no key
     * gets what others pulled.
     */
    private List<LayerPart> missing(PlatformImage image) {
        List<PlatformImage.Layer> missing = image.layers().stream()
                .filter(layer ->
                        layer.key().isPresent() || store.layer(layer.id()).isEmpty())
                .toList();
        missing.forEach(layer -> store.requireReplaceable(layer.id()));
        if (ready.isEmpty()) {
            progress.expect(
                    missing.size(),
                    missing.stream().mapToLong(layer -> layer.blob().size()).sum());
        }
        return missing.stream().map(layer -> part(layer, image.client())).toList();
    }

    private LayerPart part(PlatformImage.Layer layer, RegistryClient client) {
        return new LayerPart(layer, client, stager, progress).with(Optional.ofNullable(ready.remove(layer.diffId())));
    }

    /** The biggest first, so that no long one is left for the end. */
    private void stage(List<LayerPart> parts) {
        try (var scope = new TaskScope("fetch-layer")) {
            parts.stream()
                    .sorted(Comparator.comparingLong(
                                    (LayerPart part) -> part.layer().blob().size())
                            .reversed())
                    .forEach(part -> scope.fork(() -> part.stage(slots)));
            scope.join();
        }
    }

    private ImageId commit(PlatformImage image, List<LayerPart> parts) {
        progress.stage("committing");
        Optional<LayerId> last = Optional.empty();
        try {
            for (LayerPart part : parts) {
                last = Optional.of(part.staged().commit(store, part.layer().parent()));
            }
            return store.putImage(image.record(store, store.image(image.id()), blobs(parts)))
                    .id();
        } catch (CriusException e) {
            last.ifPresent(layer -> remove(layer, e));
            throw e;
        }
    }

    /** What came, by the index of the layer. */
    private static Map<Integer, LayerBlob> blobs(List<LayerPart> parts) {
        return parts.stream()
                .collect(Collectors.toMap(
                        part -> part.layer().index(), part -> part.staged().blob()));
    }

    /** What was committed and has no image now goes again. */
    private void remove(LayerId top, CriusException cause) {
        boolean interrupted = Thread.interrupted();
        try {
            store.deleteLayers(top);
        } catch (CriusException e) {
            cause.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
