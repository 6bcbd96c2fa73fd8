package io.crius.server.state;

import io.crius.model.CriusException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * Objects by id, found by any unique prefix of it. Thread-safe; a look-up or listing never waits for a change.
 *
 * <p>Compat: the messages for empty and ambiguous prefixes are CRI-O's.
 */
final class IdIndex<E> {
    private final String kind;
    private final ConcurrentSkipListMap<String, E> entries = new ConcurrentSkipListMap<>();

    IdIndex(String kind) {
        this.kind = kind;
    }

    void add(String id, E entry) {
        entries.put(id, entry);
    }

    void remove(String id) {
        entries.remove(id);
    }

    Collection<E> all() {
        return entries.values();
    }

    /** The one entry that passes {@code visible} and whose id begins with the prefix. */
    Optional<E> find(String prefix, Predicate<E> visible) {
        if (prefix.isEmpty()) {
            throw new CriusException.InvalidArgument(kind + " id: prefix can't be empty");
        }
        E found = null;
        for (Map.Entry<String, E> entry : entries.tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            if (!visible.test(entry.getValue())) {
                continue;
            }
            if (found != null) {
                throw new CriusException.InvalidArgument("Multiple IDs found with provided prefix: " + prefix);
            }
            found = entry.getValue();
        }
        return Optional.ofNullable(found);
    }
}
