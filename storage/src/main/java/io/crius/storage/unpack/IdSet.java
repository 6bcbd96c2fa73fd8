package io.crius.storage.unpack;

import java.util.SortedSet;
import java.util.TreeSet;

/** The distinct ids of a layer. Neighbours mostly have the same, so the last one is remembered. */
final class IdSet {
    private final TreeSet<Long> ids = new TreeSet<>();
    private long last = -1;

    void add(long id) {
        if (id != last) {
            ids.add(id);
            last = id;
        }
    }

    SortedSet<Long> sorted() {
        return ids;
    }
}
