package io.crius.image.pull;

import io.crius.image.artifact.ArtifactStaging;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.registry.BlobStream;
import io.crius.image.registry.ManifestAnswer;
import io.crius.image.registry.RegistryClient;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.ImageManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Brings one artifact into the store: all blobs that are missing, each as the file it is. One thread, helped by others. */
final class ArtifactPull {
    private static final int ATTEMPTS = 3;

    private final ArtifactStore store;
    private final PullBudget budget;
    private final PullProgress progress;

    ArtifactPull(ArtifactStore store, PullBudget budget, PullProgress progress) {
        this.store = store;
        this.budget = budget;
        this.progress = progress;
    }

    /** Blocks. Nothing is visible before every blob has been checked; a failure or an interrupt leaves nothing. */
    ImageId run(FoundImage found, ManifestAnswer instance) {
        List<Descriptor> needed = needed(instance.manifest().single());
        try (ArtifactStaging staging = store.stage()) {
            for (int attempt = 1; ; attempt++) {
                stage(staging, found.client(), needed);
                progress.stage("committing");
                try {
                    return staging.commit(
                            instance.digest(),
                            instance.bytes(),
                            needed,
                            found.reference().toString());
                } catch (ArtifactStaging.MissingBlobException e) {
                    if (attempt == ATTEMPTS) {
                        throw new CriusException.Failed(e.getMessage() + ", again and again", e);
                    }
                }
            }
        }
    }

    private static List<Descriptor> needed(ImageManifest manifest) {
        List<Descriptor> needed = new ArrayList<>(manifest.layers());
        needed.add(manifest.config());
        return needed.stream().distinct().toList();
    }

    private void stage(ArtifactStaging staging, RegistryClient client, List<Descriptor> needed) {
        List<Descriptor> missing =
                needed.stream().filter(blob -> !staging.has(blob)).toList();
        progress.expect(
                missing.size(), missing.stream().mapToLong(Descriptor::size).sum());
        Semaphore slots = budget.imageSlots();
        try (var scope = new TaskScope("fetch-artifact")) {
            missing.forEach(blob -> scope.fork(() -> stage(staging, client, blob, slots)));
            scope.join();
        }
    }

    private void stage(ArtifactStaging staging, RegistryClient client, Descriptor blob, Semaphore slots) {
        try (PullBudget.Share _ = PullBudget.take(slots);
                PullBudget.Share _ = share();
                BlobStream stream = client.open(blob)) {
            staging.put(blob, stream, progress::received);
            progress.layerReady();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CriusException.Cancelled("fetch blob " + blob.digest() + ": cancelled", e);
        }
    }

    private PullBudget.Share share() throws InterruptedException {
        try (PullProgress.Waiting _ = progress.waiting()) {
            return budget.layer(PullLimits.Ring.SMALL);
        }
    }
}
