package io.crius.image.encryption;

import io.crius.model.CriusException;
import io.crius.oci.image.Descriptor;
import io.crius.oci.image.ImageManifest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The keys of an image's encrypted layers. Immutable. */
public final class ImageKeys {
    /** Of an image without encrypted layers. */
    public static final ImageKeys NONE = new ImageKeys(Map.of());

    private static final String ENCRYPTED = "+encrypted";

    private final Map<Integer, LayerKey> byLayer;

    private ImageKeys(Map<Integer, LayerKey> byLayer) {
        this.byLayer = Map.copyOf(byLayer);
    }

    /** The first encrypted layer of the manifest. */
    public static Optional<Descriptor> firstEncrypted(ImageManifest manifest) {
        return manifest.layers().stream().filter(ImageKeys::isEncrypted).findFirst();
    }

    static boolean isEncrypted(Descriptor layer) {
        return layer.mediaType().endsWith(ENCRYPTED);
    }

    /** The type of the layer once it is decrypted. */
    static String decrypted(String mediaType) {
        return mediaType.endsWith(ENCRYPTED)
                ? mediaType.substring(0, mediaType.length() - ENCRYPTED.length())
                : mediaType;
    }

    /**
     * Unwraps the keys of all encrypted layers. Blocks on the disk, and computes for some milliseconds a key.
     *
     * @throws CriusException.FailedPrecondition a layer's key is not wrapped for any of the node's keys, or the key folder is
     *     not as it has to be; says which layer and what is missing
     * @throws CriusException.InvalidArgument what a layer says of its encryption is damaged or not known
     * @throws CriusException.ResourceExhausted more keys are wrapped than anybody needs
     */
    public static ImageKeys unwrap(ImageManifest manifest, KeyFolder folder) {
        if (firstEncrypted(manifest).isEmpty()) {
            return NONE;
        }
        DecryptionKeys keys = folder.read();
        var effort = new Effort();
        Map<Integer, LayerKey> found = new HashMap<>();
        List<Descriptor> layers = manifest.layers();
        for (int i = 0; i < layers.size(); i++) {
            if (isEncrypted(layers.get(i))) {
                found.put(i, unwrap(i, layers.get(i), keys, effort));
            }
        }
        return new ImageKeys(found);
    }

    private static LayerKey unwrap(int index, Descriptor layer, DecryptionKeys keys, Effort effort) {
        String name = "decrypting layer " + index + " (" + layer.digest() + "): ";
        try {
            return new WrappedKeys(layer, keys, effort).unwrap();
        } catch (CriusException.FailedPrecondition e) {
            throw new CriusException.FailedPrecondition(name + e.getMessage(), e);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(name + e.getMessage(), e);
        } catch (CriusException.ResourceExhausted e) {
            var more = new CriusException.ResourceExhausted(name + e.getMessage());
            more.addSuppressed(e);
            throw more;
        }
    }

    public boolean isEmpty() {
        return byLayer.isEmpty();
    }

    /** @param layer its index, base first, from 0 */
    public Optional<LayerKey> of(int layer) {
        return Optional.ofNullable(byLayer.get(layer));
    }
}
