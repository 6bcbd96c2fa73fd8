package io.crius.storage.unpack;

import io.crius.storage.archive.MalformedArchiveException;
import java.util.SortedSet;
import java.util.TreeSet;

/** The distinct ids of a layer. Neighbours mostly have the same, so the last one is remembered. */
final class IdSet {
    /** They stay in the record of the layer, which all users of the store read. */
    private static final int MOST = 10_000;

    private final TreeSet<Long> ids = new TreeSet<>();
    private long last = -1;

    void add(long id) throws MalformedArchiveException {
        if (id != last) {
            ids.add(id);
            last = id;
            if (ids.size() > MOST) {
                throw new MalformedArchiveException("tar: its files have more than " + MOST + " different owners");
            }
        }
    }

    SortedSet<Long> sorted() {
        return ids;
    }
}
