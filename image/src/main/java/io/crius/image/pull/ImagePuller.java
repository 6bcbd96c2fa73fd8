package io.crius.image.pull;

import io.crius.image.artifact.Artifact;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.RequestAuth;
import io.crius.image.registry.ManifestAnswer;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.ImageReference;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.Schema1Manifest;
import io.crius.storage.Store;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pulls images into the store.
 *
 * <p>Thread-safe. Equal wishes at the same time are one pull. Cheap to construct: HTTP, TLS and registries.conf are loaded by
 * the first pull.
 */
public final class ImagePuller {
    private static final Logger LOG = System.getLogger(ImagePuller.class.getName());

    private record Key(String image, RequestAuth auth, String namespace) {}

    private final Store store;
    private final ArtifactStore artifacts;
    private final ImageSources sources;
    private final PullSettings settings;
    private final EndpointSearch search;
    private final PullBudget budget;
    private final LayerStager stager;
    private final PullHistory history = new PullHistory();
    private final PullEvents events = new PullEvents();
    private final Map<Key, PullProgress> running = new ConcurrentHashMap<>();
    private final SharedWork<Key, ImageId> pulls =
            new SharedWork<>(Thread.ofVirtual().name("image-pull-", 0).factory(), _ -> {});

    public ImagePuller(Store store, ArtifactStore artifacts, ImageSources sources, PullSettings settings) {
        this.store = store;
        this.artifacts = artifacts;
        this.sources = sources;
        this.settings = settings;
        this.search = new EndpointSearch(sources, settings.shortNames());
        this.budget = new PullBudget(settings.limits());
        this.stager = new LayerStager(store, budget, settings.unpack());
    }

    /**
     * Brings the image or artifact into the store and returns its id. What the store has already is not fetched again, except the
     * manifest.
     *
     * <p>Blocks until it is done, the caller is interrupted, or its {@link io.crius.model.Deadline#CURRENT} is over. A caller
     * that leaves ends the pull only if nobody else waits for it. After a failure nothing of the pull is left.
     *
     * @throws CriusException.InvalidArgument the name is none, is ambiguous, or leads to something that is no image
     * @throws CriusException.NotFound no such image, or none for this platform
     * @throws CriusException.PermissionDenied the registry or a policy refused
     * @throws CriusException.Unavailable no endpoint can be reached; begins with "RegistryUnavailable: "
     * @throws CriusException.DataLoss something came that is not what its digest says
     * @throws CriusException.ResourceExhausted the registry's rate limit is used up
     * @throws CriusException.FailedPrecondition TLS, registries.conf, credentials or the store are not as they have to be, or no
     *     key of the node fits an encrypted image
     * @throws CriusException.DeadlineExceeded with the stage that was reached
     * @throws CriusException.Cancelled interrupted; the flag stays set
     */
    public ImageId pull(PullRequest request) {
        var key = new Key(request.image(), request.auth(), request.namespace());
        try (var part = pulls.join(key, () -> run(key, request))) {
            return part.await("pull " + request.image());
        } catch (CriusException.DeadlineExceeded e) {
            PullProgress progress = running.get(key);
            throw progress == null ? e : PullFailure.again(e.getMessage() + ": " + progress.snapshot(), e);
        }
    }

    /** The pulls that are under way. */
    public List<PullSnapshot> inProgress() {
        return running.values().stream().map(PullProgress::snapshot).toList();
    }

    /** What happened to pulls after the event of that number, as far as it is known; oldest first. Zero: everything. */
    public List<PullEvent> eventsAfter(long number) {
        return events.after(number);
    }

    /** How the image came here; known of the last ones that were pulled since the daemon started. */
    public Optional<PullReport> lastPull(ImageId id) {
        return history.of(id);
    }

    private ImageId run(Key key, PullRequest request) {
        var progress = new PullProgress(request.image());
        running.put(key, progress);
        events.add(PullEvent.Kind.BEGUN, progress.snapshot(), "");
        try {
            ImageId id = watched(request, progress);
            events.add(PullEvent.Kind.PULLED, progress.snapshot(), id.value());
            return id;
        } catch (RuntimeException | Error e) {
            events.add(PullEvent.Kind.FAILED, progress.snapshot(), String.valueOf(e.getMessage()));
            throw e;
        } finally {
            running.remove(key, progress);
        }
    }

    /** Nothing is told of its progress any more once this has returned. */
    private ImageId watched(PullRequest request, PullProgress progress) {
        try (PullWatch watch = PullWatch.start(progress, settings.times(), events)) {
            try {
                return run(request, progress);
            } catch (CriusException.Cancelled e) {
                throw PullFailure.within("pull " + request.image(), watch.reason(e));
            }
        }
    }

    private ImageId run(PullRequest request, PullProgress progress) {
        List<ImageReference> candidates = search.candidates(request);
        Optional<Artifact> provided = candidates.stream()
                .flatMap(reference -> artifacts.provided(reference).stream())
                .findFirst();
        if (provided.isPresent()) {
            return provided.get().id();
        }
        FoundImage found = search.find(candidates, request, progress);
        try {
            ImageId id = fetch(found, request, progress);
            PullReport report = report(found, progress);
            history.add(id, report);
            LOG.log(
                    Level.INFO,
                    () -> "pulled " + report.reference() + " from " + report.endpoint() + " " + report.askedAs()
                            + ": image " + id.abbreviated() + ", " + progress.snapshot() + ", "
                            + report.took().toMillis() + " ms");
            return id;
        } catch (CriusException e) {
            String from = found.endpoint().reference().equals(found.reference())
                    ? ""
                    : " from " + found.endpoint().reference();
            throw PullFailure.within("pull " + found.reference() + from, e);
        }
    }

    private static PullReport report(FoundImage found, PullProgress progress) {
        PullSnapshot end = progress.snapshot();
        return new PullReport(
                found.reference().toString(),
                found.endpoint().reference().toString(),
                found.search().askedAs(),
                found.search().failedBefore(),
                Instant.now().minus(end.elapsed()),
                end.elapsed(),
                end.bytes().received());
    }

    private ImageId fetch(FoundImage found, PullRequest request, PullProgress progress) {
        progress.stage("fetching manifest and configuration");
        ManifestAnswer instance = PlatformImage.choose(found, settings.platform());
        List<ImageSignature> signatures = sources.policy()
                .admit(new PullPolicy.Candidate(
                        found.reference(),
                        found.topLevel().digest(),
                        instance,
                        found.endpoint().reference(),
                        found.client(),
                        request.namespace()));
        var origin = new PlatformImage.Origin(found, instance, signatures);
        if (instance.manifest() instanceof Schema1Manifest) {
            return new Schema1Pull(store, stager, budget, progress).run(origin);
        }
        ImageManifest manifest = instance.manifest().single();
        if (Artifact.isOne(manifest)) {
            return new ArtifactPull(artifacts, budget, progress).run(found, instance);
        }
        manifest.requireImage();
        PlatformImage image = PlatformImage.fetch(origin, sources.keys());
        image.foreignTo(settings.platform())
                .ifPresent(other -> LOG.log(
                        Level.WARNING,
                        () -> "image " + found.reference() + " is for " + other + ", this node is "
                                + settings.platform()));
        return new ImagePull(store, stager, budget.imageSlots(), progress).run(image);
    }
}
