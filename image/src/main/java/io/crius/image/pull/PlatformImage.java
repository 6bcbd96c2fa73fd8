package io.crius.image.pull;

import io.crius.image.encryption.DecryptedManifest;
import io.crius.image.encryption.ImageKeys;
import io.crius.image.encryption.KeyFolder;
import io.crius.image.encryption.LayerKey;
import io.crius.image.registry.ManifestAnswer;
import io.crius.image.registry.RegistryClient;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.image.trust.signature.StoredSignatures;
import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.model.ImageReference;
import io.crius.model.LayerId;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.ImageConfig;
import io.crius.oci.image.ImageIndex;
import io.crius.oci.image.ImageManifest;
import io.crius.oci.image.Manifest;
import io.crius.oci.image.ManifestType;
import io.crius.oci.image.Platform;
import io.crius.oci.image.Schema1Manifest;
import io.crius.storage.ImageData;
import io.crius.storage.LayerBlob;
import io.crius.storage.NewImage;
import io.crius.storage.Store;
import io.crius.storage.StoredImage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The image of one platform: its manifest, its layers, its configuration, and what the store will know of it. */
final class PlatformImage {
    private static final Logger LOG = System.getLogger(PlatformImage.class.getName());

    /** Compat: what Go writes for a time that is not known. */
    private static final Instant UNKNOWN_TIME = Instant.parse("0001-01-01T00:00:00Z");

    /**
     * One layer of the image.
     *
     * @param index from 0, base first
     * @param id what it will be called in the store
     * @param key what the blob is encrypted with, if it is
     */
    record Layer(
            int index, Optional<LayerId> parent, LayerId id, Descriptor blob, Digest diffId, Optional<LayerKey> key) {
        LayerPipeline.Wish wish() {
            return new LayerPipeline.Wish(index, blob, Optional.of(diffId), key);
        }
    }

    /** What was asked, what answered, and what was found to vouch for it. */
    record Origin(FoundImage found, ManifestAnswer instance, List<ImageSignature> signatures) {
        Origin {
            signatures = List.copyOf(signatures);
        }
    }

    private final FoundImage found;
    private final ManifestAnswer instance;
    private final List<ImageSignature> signatures;
    private final List<Descriptor> blobs;
    private final ImageId id;
    private final ImageConfig config;
    private final Optional<ImageData> configData;
    private final ImageKeys keys;

    private PlatformImage(
            Origin origin, List<Descriptor> blobs, ImageData config, Optional<ImageData> kept, ImageKeys keys) {
        this.found = origin.found;
        this.instance = origin.instance;
        this.signatures = origin.signatures;
        this.blobs = blobs;
        this.id = new ImageId(config.digest().hex());
        this.config = ImageConfig.parse(config.content());
        this.configData = kept;
        this.keys = keys;
    }

    /** The manifest for the platform. Blocks. */
    static ManifestAnswer choose(FoundImage found, Platform platform) {
        ManifestAnswer topLevel = found.topLevel();
        return switch (topLevel.manifest()) {
            case ImageManifest _, Schema1Manifest _ -> topLevel;
            case ImageIndex index ->
                found.client().manifest(index.choose(platform).digest());
        };
    }

    /**
     * With its configuration, and the keys of its encrypted layers. Blocks.
     *
     * @throws CriusException.FailedPrecondition a layer is encrypted, and no key fits or the image must not be changed
     */
    static PlatformImage fetch(Origin origin, KeyFolder folder) {
        ImageManifest manifest = origin.instance.manifest().single();
        ImageKeys.firstEncrypted(manifest).ifPresent(layer -> requireChangeable(origin, manifest, layer));
        ImageKeys keys = ImageKeys.unwrap(manifest, folder);
        Digest digest = manifest.config().digest();
        try {
            byte[] bytes = origin.found.client().blob(manifest.config(), Manifest.LARGEST);
            var config = new ImageData(digest.toString(), digest, bytes);
            var image = new PlatformImage(origin, manifest.layers(), config, Optional.of(config), keys);
            image.config.checkLayers(manifest);
            return image;
        } catch (CriusException.InvalidArgument e) {
            throw PullFailure.within("manifest " + origin.instance.digest(), e);
        }
    }

    /**
     * One of schema 1, whose configuration is made. Compat: nobody keeps it, everybody makes it again.
     *
     * @param blobs its layers, base first
     */
    static PlatformImage ofSchema1(Origin origin, List<Descriptor> blobs, byte[] config) {
        Digest digest = Digest.sha256Of(config);
        var data = new ImageData(digest.toString(), digest, config);
        return new PlatformImage(origin, blobs, data, Optional.empty(), ImageKeys.NONE);
    }

    /**
     * A decrypted image has another manifest than the one that was asked for. Compat: containers/image refuses for the same
     * reasons.
     */
    private static void requireChangeable(Origin origin, ImageManifest manifest, Descriptor layer) {
        String what = "layer " + layer.digest() + " is encrypted, and decrypting changes the manifest, ";
        if (!origin.signatures.isEmpty()) {
            throw new CriusException.FailedPrecondition(what + "which would invalidate the signatures of the image;"
                    + " an image is either signed or encrypted");
        }
        if (origin.found.reference().digest().isPresent()) {
            throw new CriusException.FailedPrecondition(
                    what + "so the store could not have it under the digest in its name; pull it by a tag");
        }
        if (manifest.type() != ManifestType.OCI_MANIFEST) {
            throw new CriusException.InvalidArgument("layer " + layer.digest() + " is encrypted (media type "
                    + layer.mediaType() + "), which only manifests of OCI can say, and this one is Docker's");
        }
    }

    /** The platform that it says it is for, if that is not the node's. Compat: it is pulled anyway. */
    Optional<Platform> foreignTo(Platform node) {
        Platform own = config.platform();
        boolean same = own.os().equals(node.os()) && own.architecture().equals(node.architecture());
        return same || own.architecture().isEmpty() ? Optional.empty() : Optional.of(own);
    }

    ImageReference reference() {
        return found.reference();
    }

    RegistryClient client() {
        return found.client();
    }

    Digest topLevelDigest() {
        return found.topLevel().digest();
    }

    ImageId id() {
        return id;
    }

    /** Base first. */
    List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        Optional<LayerId> parent = Optional.empty();
        for (int i = 0; i < blobs.size(); i++) {
            Digest diffId = config.diffIds().get(i);
            LayerId layer = Store.layerId(parent, diffId);
            layers.add(new Layer(i, parent, layer, blobs.get(i), diffId, keys.of(i)));
            parent = Optional.of(layer);
        }
        return layers;
    }

    /**
     * Compat: keys and their order as containers/image has them: configuration, index, manifest, manifest once more,
     * signatures.
     *
     * @param known what the store has had before; its signatures of the same manifest are kept
     * @param came the blobs of the layers that were fetched, by index; all of those that were encrypted
     */
    NewImage record(Store store, Optional<StoredImage> known, Map<Integer, LayerBlob> came) {
        ImageData manifest = manifest(came);
        List<ImageSignature> all = new ArrayList<>(signatures);
        known.map(image -> stored(store, image, manifest.digest())).orElse(List.of()).stream()
                .filter(signature -> !all.contains(signature))
                .forEach(all::add);

        List<ImageData> data = new ArrayList<>(configData.stream().toList());
        ManifestAnswer topLevel = found.topLevel();
        if (!topLevel.digest().equals(manifest.digest())) {
            data.add(new ImageData("manifest-" + topLevel.digest(), topLevel.digest(), topLevel.bytes()));
        }
        data.add(new ImageData("manifest-" + manifest.digest(), manifest.digest(), manifest.content()));
        data.add(manifest);
        data.addAll(StoredSignatures.data(manifest.digest(), all));
        return new NewImage(
                id,
                topLevel.digest(),
                List.of(found.reference().toString()),
                layers().stream().reduce((_, last) -> last).map(Layer::id),
                StoredSignatures.metadata(manifest.digest(), all),
                config.created().orElse(UNKNOWN_TIME),
                data);
    }

    /** Compat: that of an encrypted image says what the image is without encryption; what came is kept if it is top level. */
    private ImageData manifest(Map<Integer, LayerBlob> came) {
        if (keys.isEmpty()) {
            return new ImageData("manifest", instance.digest(), instance.bytes());
        }
        Map<Integer, DecryptedManifest.Layer> decrypted = came.entrySet().stream()
                .filter(blob -> keys.of(blob.getKey()).isPresent())
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        blob -> new DecryptedManifest.Layer(
                                blob.getValue().digest(), blob.getValue().size())));
        byte[] bytes = DecryptedManifest.of(instance.bytes(), decrypted);
        return new ImageData("manifest", Digest.sha256Of(bytes), bytes);
    }

    /** What cannot be read is written anew. */
    private List<ImageSignature> stored(Store store, StoredImage image, Digest manifest) {
        try {
            return StoredSignatures.read(store, image, manifest);
        } catch (CriusException.NotFound | CriusException.DataLoss e) {
            LOG.log(Level.WARNING, () -> "pull " + found.reference() + ": " + e.getMessage());
            return List.of();
        }
    }
}
