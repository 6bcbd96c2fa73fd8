package io.crius.image;

import io.crius.config.ShortNameMode;
import io.crius.image.artifact.Artifact;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.registries.RegistriesConf;
import io.crius.image.registries.ShortNames;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.ImageReference;
import io.crius.oci.image.ImageConfig;
import io.crius.oci.json.JsonObject;
import io.crius.storage.Store;
import io.crius.storage.StoreUsage;
import io.crius.storage.StoredImage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The images of the node with the CRI's semantics, and beside them its OCI artifacts. Compat: the CRI has no other word for
 * those, they are listed, looked up and removed as images are.
 *
 * <p>Thread-safe. Listing and looking up wait for nobody. Names are taken as people write them: an id or the beginning of
 * one (three digits at least), a full name with tag or digest, a short name.
 */
public final class ImageCatalog {
    private static final Logger LOG = System.getLogger(ImageCatalog.class.getName());

    /** Compat: shorter texts are never taken for the beginning of an id. */
    private static final Pattern ID_PREFIX = Pattern.compile("[0-9a-f]{3,64}");

    private static final String SHA256 = "sha256:";

    private final Store store;
    private final ArtifactStore artifacts;
    private final Supplier<RegistriesConf> registries;
    private final Supplier<PinnedImages> pinned;
    private final ImageConfigs configs;
    private final ImageListing listing = new ImageListing();

    /**
     * @param registries the registries.conf in force, for short names
     * @param pinned the patterns in force
     */
    public ImageCatalog(
            Store store, ArtifactStore artifacts, Supplier<RegistriesConf> registries, Supplier<PinnedImages> pinned) {
        this.store = store;
        this.artifacts = artifacts;
        this.registries = registries;
        this.pinned = pinned;
        this.configs = new ImageConfigs(store);
    }

    /** All images, then all artifacts. An image that cannot be read is listed with what its record says. */
    public List<Image> list() {
        PinnedImages patterns = pinned.get();
        List<Image> images = listing.list(store.images(), patterns, stored -> reading(stored, patterns));
        List<Artifact> others = artifacts.list();
        return others.isEmpty()
                ? images
                : Stream.concat(images.stream(), others.stream().map(artifact -> Image.of(artifact, patterns)))
                        .toList();
    }

    /**
     * The image or artifact that is meant; empty where there is none, or a damaged image, or the text cannot be a name.
     *
     * @throws CriusException.InvalidArgument the text is empty
     */
    public Optional<Image> find(String name) {
        PinnedImages patterns = pinned.get();
        return whole(name)
                .flatMap(found -> reading(found.image, patterns).image())
                .or(() -> artifact(name).map(artifact -> Image.of(artifact, patterns)));
    }

    /** An image that was found damaged is as good as absent, so that it is pulled again. */
    private Optional<Found> whole(String name) {
        return lookup(name).filter(found -> store.damage(found.image.id()).isEmpty());
    }

    /**
     * The artifact that is meant, for showing its files in a container.
     *
     * @throws CriusException.InvalidArgument the text is empty
     */
    public Optional<Artifact> artifact(String name) {
        return lookupArtifact(name).map(FoundArtifact::artifact);
    }

    /** The id of the image that is meant, for making a container of it; an artifact is none. */
    public Optional<ImageId> resolve(String name) {
        return whole(name).map(found -> found.image.id());
    }

    /**
     * The image's configuration.
     *
     * @throws CriusException.NotFound the store has no such image
     */
    public ImageConfig config(ImageId id) {
        return configs.of(id).config();
    }

    /**
     * The same as the document that it was read from, with what nobody here knows.
     *
     * @throws CriusException.NotFound the store has no such image
     */
    public JsonObject configDocument(ImageId id) {
        return configs.document(id);
    }

    /**
     * Removes what the text means: an image if it is an id, else the name, and with its last name the image. What does not
     * exist is no error.
     *
     * @throws CriusException.InvalidArgument the text is empty
     * @throws CriusException.FailedPrecondition a container uses the image; the message names it, and all names stay
     */
    public void remove(String name) {
        Optional<Found> image = lookup(name);
        image.ifPresent(this::remove);
        if (image.isEmpty()) {
            lookupArtifact(name).ifPresent(this::remove);
        }
    }

    private void remove(Found found) {
        List<String> removed = found.namesMeant();
        if (removed.containsAll(found.image.names())) {
            store.deleteImage(found.image.id());
        } else {
            removed.forEach(store::removeImageName);
        }
    }

    private void remove(FoundArtifact found) {
        List<String> removed = namesMeant(found.artifact.names(), found.by);
        if (removed.containsAll(found.artifact.names())) {
            artifacts.remove(found.artifact.digest());
        } else {
            artifacts.removeNames(removed);
        }
    }

    /** What images, artifacts and containers take on disk, as counted last. Artifacts are beside the containers. */
    public StoreUsage usage() {
        StoreUsage usage = store.usage();
        return usage.isSplit()
                ? usage.with(usage.images(), usage.containers().plus(artifacts.size()))
                : usage.with(usage.images().plus(artifacts.size()), usage.containers());
    }

    /** @param by what it was found by; empty for an id */
    private record Found(StoredImage image, Optional<ImageReference> by) {
        List<String> namesMeant() {
            return ImageCatalog.namesMeant(image.names(), by);
        }
    }

    /** @param by what it was found by; empty for an id */
    private record FoundArtifact(Artifact artifact, Optional<ImageReference> by) {}

    /**
     * The names that go when something is removed. A digest that is no name of its own stands for all names of its
     * repository.
     */
    private static List<String> namesMeant(List<String> names, Optional<ImageReference> by) {
        if (by.isEmpty() || names.contains(by.get().toString())) {
            return by.map(exact -> List.of(exact.toString())).orElse(names);
        }
        return names.stream()
                .filter(name -> Image.repository(name).equals(by.get().repository()))
                .toList();
    }

    private Optional<FoundArtifact> lookupArtifact(String text) {
        if (text.isEmpty()) {
            throw new CriusException.InvalidArgument("no image specified");
        }
        String hex = withoutAlgorithm(text);
        Optional<Artifact> byId = ID_PREFIX.matcher(hex).matches() ? artifacts.byId(hex) : Optional.<Artifact>empty();
        if (byId.isPresent()) {
            return byId.map(artifact -> new FoundArtifact(artifact, Optional.empty()));
        }
        return candidates(text).stream()
                .map(ImageReference::withoutTagIfDigested)
                .flatMap(
                        reference -> artifacts
                                .byName(reference)
                                .map(artifact -> new FoundArtifact(artifact, Optional.of(reference)))
                                .stream())
                .findFirst();
    }

    private Optional<Found> lookup(String text) {
        if (text.isEmpty()) {
            throw new CriusException.InvalidArgument("no image specified");
        }
        Optional<StoredImage> byId = byId(text);
        if (byId.isPresent()) {
            return byId.map(image -> new Found(image, Optional.empty()));
        }
        return candidates(text).stream()
                .map(ImageReference::withoutTagIfDigested)
                .flatMap(reference ->
                        byReference(reference).map(image -> new Found(image, Optional.of(reference))).stream())
                .findFirst();
    }

    private Optional<StoredImage> byId(String text) {
        String hex = withoutAlgorithm(text);
        return ID_PREFIX.matcher(hex).matches()
                ? store.lookupImage(hex).filter(image -> image.id().value().startsWith(hex))
                : Optional.empty();
    }

    private static String withoutAlgorithm(String text) {
        return text.startsWith(SHA256) ? text.substring(SHA256.length()) : text;
    }

    /** Compat: what cannot be a name is the name of no image. A full name does not depend on registries.conf. */
    private List<ImageReference> candidates(String text) {
        try {
            return ShortNames.isFull(text)
                    ? List.of(ShortNames.full(text))
                    : new ShortNames(registries.get(), ShortNameMode.DISABLED).toFind(text);
        } catch (CriusException.InvalidArgument _) {
            return List.of();
        }
    }

    /** By exact name; a digest also finds an image that has a name in its repository and such a manifest. */
    private Optional<StoredImage> byReference(ImageReference reference) {
        Optional<StoredImage> named = store.imageByName(reference.toString());
        if (named.isPresent() || reference.digest().isEmpty()) {
            return named;
        }
        Digest digest = reference.digest().get();
        return store.images().stream()
                .filter(image -> image.digests().contains(digest))
                .filter(image -> image.names().stream()
                        .anyMatch(name -> Image.repository(name).equals(reference.repository())))
                .findFirst();
    }

    private ImageListing.Reading reading(StoredImage stored, PinnedImages patterns) {
        Optional<ImageConfigs.Description> description = description(stored);
        OptionalLong size;
        try {
            size = store.imageSize(stored.id());
        } catch (CriusException.NotFound e) {
            LOG.log(Level.DEBUG, () -> "image " + stored.id().abbreviated() + ": " + e.getMessage());
            return new ImageListing.Reading(Optional.empty(), false);
        }
        var image = new Image(
                stored.id(),
                Image.repoTags(stored.names()),
                repoDigests(stored),
                size,
                ImageUser.of(description
                        .map(known -> known.config().defaults().user())
                        .orElse("")),
                description.map(ImageConfigs.Description::annotations).orElse(Map.of()),
                Image.Kind.IMAGE,
                patterns.match(stored.names()));
        return new ImageListing.Reading(Optional.of(image), description.isPresent() && size.isPresent());
    }

    private Optional<ImageConfigs.Description> description(StoredImage stored) {
        try {
            return Optional.of(configs.of(stored.id()));
        } catch (CriusException.NotFound | CriusException.DataLoss e) {
            LOG.log(Level.DEBUG, () -> "image " + stored.id().abbreviated() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Compat: an image that lost its names is shown under the first it had. */
    private static List<String> repoDigests(StoredImage image) {
        List<String> names =
                image.names().isEmpty() ? image.namesHistory().stream().limit(1).toList() : image.names();
        return Image.repoDigests(names, image.digests());
    }
}
