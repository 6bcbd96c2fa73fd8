package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * The config of an image; its sha256 is the image's id.
 *
 * @param diffIds digests of the uncompressed layers, base first
 * @param history one entry for each step of the build, also those that made no layer; may be empty
 */
public record ImageConfig(
        Platform platform,
        Optional<Instant> created,
        Optional<String> author,
        ImageDefaults defaults,
        List<Digest> diffIds,
        List<History> history) {
    public ImageConfig {
        diffIds = List.copyOf(diffIds);
        history = List.copyOf(history);
    }

    /** A step of the build. */
    public record History(Optional<Instant> created, String createdBy, String comment, boolean emptyLayer) {
        private static History fromJson(JsonObject json) {
            return new History(
                    instant(json),
                    json.string("created_by").orElse(""),
                    json.string("comment").orElse(""),
                    json.flag("empty_layer"));
        }
    }

    /** Parses the config blob of an OCI or schema 2 image; at most {@link Manifest#LARGEST} bytes. */
    public static ImageConfig parse(byte[] config) {
        return fromJson(
                Json.parseObject(config, "image config", JsonLimits.DEFAULT.withDocumentBytes(Manifest.LARGEST)));
    }

    private static ImageConfig fromJson(JsonObject json) {
        return new ImageConfig(
                Platform.fromJson(json),
                instant(json),
                json.string("author").filter(author -> !author.isEmpty()),
                json.object("config", ImageDefaults::fromJson).orElse(ImageDefaults.NONE),
                json.object("rootfs", rootfs -> rootfs.strings("diff_ids", Digest::parse))
                        .orElse(List.of()),
                json.objects("history", History::fromJson));
    }

    /** Compat: time is for people; one that cannot be read is none. */
    private static Optional<Instant> instant(JsonObject json) {
        try {
            return json.string("created").map(OffsetDateTime::parse).map(OffsetDateTime::toInstant);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Refuses a config that is not about the manifest's layers. */
    public void checkLayers(ImageManifest manifest) {
        if (diffIds.size() != manifest.layers().size()) {
            throw new CriusException.InvalidArgument(
                    "image config " + manifest.config().digest() + " lists " + diffIds.size() + " diff ids for the "
                            + manifest.layers().size() + " layers of the manifest");
        }
    }
}
