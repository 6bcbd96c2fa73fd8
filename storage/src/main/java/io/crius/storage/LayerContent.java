package io.crius.storage;

import io.crius.model.Digest;
import java.util.SortedSet;

/**
 * What a tar stream turned out to be once it was unpacked.
 *
 * @param diffId sha256 of the whole uncompressed stream, to its very end
 * @param size its length in bytes
 * @param uids the owners that occur in it
 * @param gids the groups that occur in it
 */
public record LayerContent(Digest diffId, long size, SortedSet<Long> uids, SortedSet<Long> gids) {}
