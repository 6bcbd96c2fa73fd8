package io.crius.oci.json;

/**
 * What a document may be.
 *
 * @param documentBytes the longest document, in bytes (of UTF-8) for bytes and streams, in chars for strings
 * @param depth how deep objects and lists may nest; parsing takes stack in proportion
 */
public record JsonLimits(int documentBytes, int depth, DuplicateKeys duplicateKeys) {
    /** What fits an array, with a byte to see that more would come. */
    private static final int LARGEST = Integer.MAX_VALUE - 16;

    /** 256 MiB, depth 200, of equal keys the last one wins: for documents that Crius or its node's software wrote. */
    public static final JsonLimits DEFAULT = new JsonLimits(256 << 20, 200, DuplicateKeys.LAST_WINS);

    /** What happens when an object names a key twice. */
    public enum DuplicateKeys {
        /** As most programs do it. */
        LAST_WINS,
        /** For documents that decide about trust, where two readers must not see two meanings. */
        REFUSED
    }

    public JsonLimits {
        if (documentBytes < 0 || documentBytes > LARGEST || depth < 0) {
            throw new IllegalArgumentException("limits out of range: " + documentBytes + " bytes, depth " + depth);
        }
    }

    public JsonLimits withDocumentBytes(int bytes) {
        return new JsonLimits(bytes, depth, duplicateKeys);
    }

    public JsonLimits withDepth(int newDepth) {
        return new JsonLimits(documentBytes, newDepth, duplicateKeys);
    }

    public JsonLimits withDuplicateKeys(DuplicateKeys rule) {
        return new JsonLimits(documentBytes, depth, rule);
    }
}
