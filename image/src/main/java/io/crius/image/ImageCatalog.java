package io.crius.image;

import io.crius.config.ShortNameMode;
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
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The images of the node with the CRI's semantics.
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
    private final Supplier<RegistriesConf> registries;
    private final Supplier<PinnedImages> pinned;
    private final ImageConfigs configs;

    /**
     * @param registries the registries.conf in force, for short names
     * @param pinned the patterns in force
     */
    public ImageCatalog(Store store, Supplier<RegistriesConf> registries, Supplier<PinnedImages> pinned) {
        this.store = store;
        this.registries = registries;
        this.pinned = pinned;
        this.configs = new ImageConfigs(store);
    }

    /** All images. One that cannot be read is listed with what its record says. */
    public List<Image> list() {
        PinnedImages patterns = pinned.get();
        return store.images().stream().map(stored -> image(stored, patterns)).toList();
    }

    /**
     * The image that is meant; empty where there is none, or a damaged one, or the text cannot be a name.
     *
     * @throws CriusException.InvalidArgument the text is empty
     */
    public Optional<Image> find(String name) {
        return whole(name).map(found -> image(found.image, pinned.get()));
    }

    /** An image that was found damaged is as good as absent, so that it is pulled again. */
    private Optional<Found> whole(String name) {
        return lookup(name).filter(found -> store.damage(found.image.id()).isEmpty());
    }

    /** The id of the image that is meant, for making a container of it. */
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
        lookup(name).ifPresent(found -> {
            List<String> removed = found.namesMeant();
            if (removed.containsAll(found.image.names())) {
                store.deleteImage(found.image.id());
            } else {
                removed.forEach(store::removeImageName);
            }
        });
    }

    /** Sizes of the store; walks nothing. */
    public StoreUsage usage() {
        return store.usage();
    }

    /** @param by what it was found by; empty for an id */
    private record Found(StoredImage image, Optional<ImageReference> by) {
        /**
         * The names that go when this is removed. A digest that is no name of its own stands for all names of its
         * repository.
         */
        List<String> namesMeant() {
            if (by.isEmpty()) {
                return image.names();
            }
            String exact = by.get().toString();
            if (image.names().contains(exact)) {
                return List.of(exact);
            }
            return image.names().stream()
                    .filter(name -> repository(name).equals(by.get().repository()))
                    .toList();
        }
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
        String hex = text.startsWith(SHA256) ? text.substring(SHA256.length()) : text;
        return ID_PREFIX.matcher(hex).matches()
                ? store.lookupImage(hex).filter(image -> image.id().value().startsWith(hex))
                : Optional.empty();
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
                .filter(image ->
                        image.names().stream().anyMatch(name -> repository(name).equals(reference.repository())))
                .findFirst();
    }

    private Image image(StoredImage stored, PinnedImages patterns) {
        Optional<ImageConfigs.Description> description = description(stored);
        return new Image(
                stored.id(),
                stored.names().stream()
                        .filter(name -> name.indexOf('@') < 0)
                        .sorted()
                        .toList(),
                repoDigests(stored),
                store.imageSize(stored.id()),
                ImageUser.of(description
                        .map(known -> known.config().defaults().user())
                        .orElse("")),
                description.map(ImageConfigs.Description::annotations).orElse(Map.of()),
                patterns.match(stored.names()));
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
        return names.stream()
                .map(ImageCatalog::repository)
                .distinct()
                .flatMap(repository -> image.digests().stream().map(digest -> repository + "@" + digest))
                .distinct()
                .sorted()
                .toList();
    }

    /** Of a name of the store, which is always full. */
    private static String repository(String name) {
        int at = name.indexOf('@');
        String bare = at < 0 ? name : name.substring(0, at);
        int colon = bare.lastIndexOf(':');
        return colon > bare.lastIndexOf('/') ? bare.substring(0, colon) : bare;
    }
}
