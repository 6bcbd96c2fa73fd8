package io.crius.image.pull;

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
import io.crius.oci.image.Platform;
import io.crius.oci.image.Schema1Manifest;
import io.crius.storage.ImageData;
import io.crius.storage.NewImage;
import io.crius.storage.Store;
import io.crius.storage.StoredImage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
     */
    record Layer(int index, Optional<LayerId> parent, LayerId id, Descriptor blob, Digest diffId) {
        LayerPipeline.Wish wish() {
            return new LayerPipeline.Wish(index, blob, Optional.of(diffId));
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

    private PlatformImage(Origin origin, List<Descriptor> blobs, ImageData config, boolean keepConfig) {
        this.found = origin.found;
        this.instance = origin.instance;
        this.signatures = origin.signatures;
        this.blobs = blobs;
        this.id = new ImageId(config.digest().hex());
        this.config = ImageConfig.parse(config.content());
        this.configData = keepConfig ? Optional.of(config) : Optional.empty();
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
     * With its configuration. Blocks.
     *
     * @throws CriusException.FailedPrecondition a layer is encrypted
     */
    static PlatformImage fetch(Origin origin) {
        ImageManifest manifest = origin.instance.manifest().single();
        refuseEncrypted(manifest);
        Digest digest = manifest.config().digest();
        try {
            byte[] bytes = origin.found.client().blob(manifest.config(), Manifest.LARGEST);
            var config = new ImageData(digest.toString(), digest, bytes);
            var image = new PlatformImage(origin, manifest.layers(), config, true);
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
        return new PlatformImage(origin, blobs, new ImageData(digest.toString(), digest, config), false);
    }

    private static void refuseEncrypted(ImageManifest manifest) {
        manifest.layers().stream()
                .filter(layer -> layer.mediaType().endsWith("+encrypted"))
                .findFirst()
                .ifPresent(layer -> {
                    throw new CriusException.FailedPrecondition("layer " + layer.digest() + " is encrypted (media type "
                            + layer.mediaType() + "), and encrypted images are not supported; push the image again"
                            + " decrypted, for example with \"skopeo copy --decryption-key\"");
                });
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
            layers.add(new Layer(i, parent, layer, blobs.get(i), diffId));
            parent = Optional.of(layer);
        }
        return layers;
    }

    /**
     * Compat: keys and their order as containers/image has them: configuration, index, manifest, manifest once more,
     * signatures.
     *
     * @param known what the store has had before; its signatures of the same manifest are kept
     */
    NewImage record(Store store, Optional<StoredImage> known) {
        List<ImageSignature> all = new ArrayList<>(signatures);
        known.map(image -> stored(store, image)).orElse(List.of()).stream()
                .filter(signature -> !all.contains(signature))
                .forEach(all::add);

        List<ImageData> data = new ArrayList<>(configData.stream().toList());
        ManifestAnswer topLevel = found.topLevel();
        if (!topLevel.digest().equals(instance.digest())) {
            data.add(new ImageData("manifest-" + topLevel.digest(), topLevel.digest(), topLevel.bytes()));
        }
        data.add(new ImageData("manifest-" + instance.digest(), instance.digest(), instance.bytes()));
        data.add(new ImageData("manifest", instance.digest(), instance.bytes()));
        data.addAll(StoredSignatures.data(instance.digest(), all));
        return new NewImage(
                id,
                topLevel.digest(),
                List.of(found.reference().toString()),
                layers().stream().reduce((_, last) -> last).map(Layer::id),
                StoredSignatures.metadata(instance.digest(), all),
                config.created().orElse(UNKNOWN_TIME),
                data);
    }

    /** What cannot be read is written anew. */
    private List<ImageSignature> stored(Store store, StoredImage image) {
        try {
            return StoredSignatures.read(store, image, instance.digest());
        } catch (CriusException.NotFound | CriusException.DataLoss e) {
            LOG.log(Level.WARNING, () -> "pull " + found.reference() + ": " + e.getMessage());
            return List.of();
        }
    }
}
