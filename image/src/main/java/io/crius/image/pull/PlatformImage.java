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

/** The image of one platform: its manifest, its configuration, and what the store will know of it. */
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
    record Layer(int index, Optional<LayerId> parent, LayerId id, Descriptor blob, Digest diffId) {}

    private final FoundImage found;
    private final ManifestAnswer instance;
    private final ImageManifest manifest;
    private final List<ImageSignature> signatures;
    private final byte[] configBytes;
    private final ImageConfig config;

    private PlatformImage(
            FoundImage found, ManifestAnswer instance, List<ImageSignature> signatures, byte[] configBytes) {
        this.found = found;
        this.instance = instance;
        this.manifest = instance.manifest().single();
        this.signatures = signatures;
        this.configBytes = configBytes;
        this.config = ImageConfig.parse(configBytes);
        config.checkLayers(manifest);
    }

    /** The manifest for the platform. Blocks. */
    static ManifestAnswer choose(FoundImage found, Platform platform) {
        ManifestAnswer topLevel = found.topLevel();
        return switch (topLevel.manifest()) {
            case ImageManifest _ -> topLevel;
            case ImageIndex index ->
                found.client().manifest(index.choose(platform).digest());
        };
    }

    /**
     * With its configuration. Blocks.
     *
     * @throws CriusException.FailedPrecondition a layer is encrypted
     */
    static PlatformImage fetch(FoundImage found, ManifestAnswer instance, List<ImageSignature> signatures) {
        refuseEncrypted(instance.manifest().single());
        Descriptor config = instance.manifest().single().config();
        try {
            return new PlatformImage(found, instance, signatures, found.client().blob(config, Manifest.LARGEST));
        } catch (CriusException.InvalidArgument e) {
            throw PullFailure.within("manifest " + instance.digest(), e);
        }
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
        return new ImageId(manifest.config().digest().hex());
    }

    /** Base first. */
    List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        Optional<LayerId> parent = Optional.empty();
        for (int i = 0; i < manifest.layers().size(); i++) {
            Digest diffId = config.diffIds().get(i);
            LayerId id = Store.layerId(parent, diffId);
            layers.add(new Layer(i, parent, id, manifest.layers().get(i), diffId));
            parent = Optional.of(id);
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

        List<ImageData> data = new ArrayList<>();
        data.add(new ImageData(
                manifest.config().digest().toString(), manifest.config().digest(), configBytes));
        ManifestAnswer topLevel = found.topLevel();
        if (!topLevel.digest().equals(instance.digest())) {
            data.add(new ImageData("manifest-" + topLevel.digest(), topLevel.digest(), topLevel.bytes()));
        }
        data.add(new ImageData("manifest-" + instance.digest(), instance.digest(), instance.bytes()));
        data.add(new ImageData("manifest", instance.digest(), instance.bytes()));
        data.addAll(StoredSignatures.data(instance.digest(), all));
        return new NewImage(
                id(),
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
