package io.crius.image.trust.signature;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.model.ImageId;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonNumber;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonValue;
import io.crius.storage.ImageData;
import io.crius.storage.Store;
import io.crius.storage.StoredImage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Signatures in the store, where podman, skopeo and CRI-O find and leave them.
 *
 * <p>Compat: all blobs of an image in one item {@code signatures}, and again in {@code signature-<hex of the manifest's
 * digest>}; where one ends and the next begins is in the image's metadata: {@code
 * {"signature-sizes":[559],"signatures-sizes":{"sha256:...":[559]}}}.
 */
public final class StoredSignatures {
    private static final String SIZES = "signature-sizes";
    private static final String SIZES_BY_MANIFEST = "signatures-sizes";

    private StoredSignatures() {}

    /** The metadata of an image whose manifest has these signatures. */
    public static String metadata(Digest manifest, List<ImageSignature> signatures) {
        if (signatures.isEmpty()) {
            return "{}";
        }
        JsonArray sizes = JsonArray.of(signatures, one -> JsonNumber.of(one.blob().length));
        return Json.write(JsonObject.builder()
                .put(SIZES, sizes)
                .put(
                        SIZES_BY_MANIFEST,
                        JsonObject.builder().put(manifest.toString(), sizes).build())
                .build());
    }

    /** The items to keep with the image. */
    public static List<ImageData> data(Digest manifest, List<ImageSignature> signatures) {
        if (signatures.isEmpty()) {
            return List.of();
        }
        var all = new ByteArrayOutputStream();
        signatures.forEach(one -> all.writeBytes(one.blob()));
        byte[] bytes = all.toByteArray();
        Digest digest = Digest.sha256Of(bytes);
        return List.of(
                new ImageData("signatures", digest, bytes),
                new ImageData("signature-" + manifest.hex(), digest, bytes));
    }

    /**
     * What the store has for the image's manifest with that digest. Blocks on the disk.
     *
     * @throws CriusException.DataLoss sizes and bytes do not fit, or a signature has no known form
     */
    public static List<ImageSignature> read(Store store, StoredImage image, Digest manifest) {
        try {
            JsonObject metadata =
                    image.metadata().isEmpty() ? JsonObject.EMPTY : Json.parseObject(image.metadata(), "metadata");
            Optional<List<Long>> own = metadata.object(SIZES_BY_MANIFEST)
                    .filter(sizes -> sizes.has(manifest.toString()))
                    .map(sizes -> sizes(sizes, manifest.toString()));
            return own.isPresent()
                    ? read(store, image.id(), "signature-" + manifest.hex(), own.get())
                    : read(store, image.id(), "signatures", sizes(metadata, SIZES));
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.DataLoss(
                    "signatures of image " + image.id().abbreviated() + " in the store: " + e.getMessage(), e);
        }
    }

    private static List<Long> sizes(JsonObject object, String key) {
        return object.array(key).map(JsonArray::items).orElse(List.of()).stream()
                .map(StoredSignatures::size)
                .toList();
    }

    private static Long size(JsonValue value) {
        if (value instanceof JsonNumber number) {
            return number.longValue();
        }
        throw new CriusException.InvalidArgument("a size is not a number");
    }

    private static List<ImageSignature> read(Store store, ImageId image, String key, List<Long> sizes) {
        if (sizes.isEmpty()) {
            return List.of();
        }
        byte[] all = store.imageData(image, key);
        List<ImageSignature> signatures = new ArrayList<>();
        int at = 0;
        for (long size : sizes) {
            if (size <= 0 || size > all.length - at) {
                throw new CriusException.InvalidArgument(
                        "item \"" + key + "\" has " + all.length + " bytes, its sizes are " + sizes);
            }
            signatures.add(ImageSignature.of(Arrays.copyOfRange(all, at, at + (int) size)));
            at += (int) size;
        }
        if (at != all.length) {
            throw new CriusException.InvalidArgument(
                    "item \"" + key + "\" has " + all.length + " bytes, its sizes are " + sizes);
        }
        return signatures;
    }
}
