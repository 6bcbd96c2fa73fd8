package io.crius.storage.record;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables of one kind of several stores, looked up as if they were one: the first store's records win. Thread-safe. */
public final class RecordTables<R extends StoreRecord> {
    private record Union<R extends StoreRecord>(List<Snapshot<R>> parts, Snapshot<R> whole) {}

    private final List<RecordTable<R>> tables;
    private volatile @Nullable Union<R> known;

    public RecordTables(List<RecordTable<R>> tables) {
        this.tables = List.copyOf(tables);
    }

    /** All records as they are on disk now. Takes no lock. */
    public Snapshot<R> read() throws IOException {
        if (tables.size() == 1) {
            return tables.getFirst().read();
        }
        var parts = new ArrayList<Snapshot<R>>(tables.size());
        for (RecordTable<R> table : tables) {
            parts.add(table.read());
        }
        Union<R> union = known;
        if (union == null || !same(union.parts, parts)) {
            union = new Union<>(parts, Snapshot.union(parts));
            known = union;
        }
        return union.whole;
    }

    /** A table gives out the same object as long as nothing has changed. */
    private static <R extends StoreRecord> boolean same(List<Snapshot<R>> one, List<Snapshot<R>> other) {
        for (int i = 0; i < one.size(); i++) {
            if (one.get(i) != other.get(i)) {
                return false;
            }
        }
        return true;
    }
}
