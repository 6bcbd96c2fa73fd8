package io.crius.storage.unpack;

import io.crius.model.Digest;
import java.util.Set;
import java.util.SortedSet;

/**
 * What a tar stream was.
 *
 * @param diffId sha256 of the whole stream
 * @param size its length
 * @param uids owners of its entries, whiteouts left out
 * @param gids groups of its entries, whiteouts left out
 * @param root whether the archive says what the root folder is like
 * @param implied paths of folders that it has no entry of, but entries in
 */
public record Unpacked(
        Digest diffId, long size, SortedSet<Long> uids, SortedSet<Long> gids, Root root, Set<String> implied) {
    public enum Root {
        DESCRIBED,
        NOT_MENTIONED
    }
}
