package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names content by digest.
 *
 * @param mediaType what the content is said to be; for layers not to be trusted
 * @param size in bytes
 * @param urls where else the content may be found
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        List<String> urls,
        Map<String, String> annotations,
        Optional<Platform> platform) {
    private static final String ZSTD_ANNOTATION = "io.github.containers.compression.zstd";

    public Descriptor {
        urls = List.copyOf(urls);
        annotations = Map.copyOf(annotations);
        if (size < 0) {
            throw new CriusException.InvalidArgument("size " + size + " of " + digest + " is negative");
        }
    }

    /** A descriptor that says only what is needed. */
    public static Descriptor of(String mediaType, Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, List.of(), Map.of(), Optional.empty());
    }

    /** Whether an index says that the layers of this manifest are compressed with zstd. */
    public boolean isZstd() {
        return "true".equals(annotations.get(ZSTD_ANNOTATION));
    }

    /** Reads a descriptor, for example from the index.json of an OCI layout. */
    public static Descriptor fromJson(JsonObject json) {
        return new Descriptor(
                json.string("mediaType").orElse(""),
                json.string("digest", Digest::parse)
                        .orElseThrow(() -> new CriusException.InvalidArgument("\"digest\" is missing")),
                json.integer("size").orElse(0),
                json.strings("urls"),
                json.stringMap("annotations"),
                json.object("platform", Platform::fromJson));
    }
}
