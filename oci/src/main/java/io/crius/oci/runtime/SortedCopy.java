package io.crius.oci.runtime;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Unmodifiable sorted maps: equal specs become equal files, whatever order they were put together in. */
final class SortedCopy {
    private SortedCopy() {}

    static SortedMap<String, String> of(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
