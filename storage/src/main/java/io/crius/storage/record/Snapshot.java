package io.crius.storage.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All records of a kind at one moment, in the order of their files. Immutable. */
public final class Snapshot<R extends StoreRecord> {
    /** A record and the number of the file that it came from. */
    record Filed<R>(R record, int file) {}

    private final List<Filed<R>> filed;
    private final Map<String, R> byId;
    private final Map<String, R> byName;

    private Snapshot(List<Filed<R>> filed) {
        this.filed = List.copyOf(filed);
        this.byId = HashMap.newHashMap(filed.size());
        this.byName = new HashMap<>();
        for (Filed<R> one : filed) {
            byId.put(one.record.id(), one.record);
            one.record.names().forEach(name -> byName.put(name, one.record));
        }
    }

    /** Compat: of two records with the same id the first counts. */
    static <R extends StoreRecord> Snapshot<R> of(List<Filed<R>> filed) {
        var kept = new ArrayList<Filed<R>>(filed.size());
        var ids = new HashMap<String, Filed<R>>();
        for (Filed<R> one : filed) {
            if (ids.putIfAbsent(one.record.id(), one) == null) {
                kept.add(one);
            }
        }
        return new Snapshot<>(kept);
    }

    /** All records of several stores; of two with the same id, or the same name, the first store's counts. */
    public static <R extends StoreRecord> Snapshot<R> union(List<Snapshot<R>> stores) {
        if (stores.size() == 1) {
            return stores.getFirst();
        }
        var filed = new ArrayList<Filed<R>>();
        stores.forEach(store -> filed.addAll(store.filed));
        Snapshot<R> union = of(filed);
        for (Snapshot<R> store : stores.reversed()) {
            for (Filed<R> one : store.filed) {
                one.record.names().forEach(name -> union.byName.put(name, one.record));
            }
        }
        return union;
    }

    public List<R> all() {
        return filed.stream().map(Filed::record).toList();
    }

    public int size() {
        return filed.size();
    }

    public Optional<R> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Compat: where two records have the name, the later one. */
    public Optional<R> byName(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** With this record in the place of the one with its id, or at the end of the first file. */
    public Snapshot<R> with(R record) {
        var next = new ArrayList<>(filed);
        for (int i = 0; i < next.size(); i++) {
            if (next.get(i).record.id().equals(record.id())) {
                next.set(i, new Filed<>(record, next.get(i).file));
                return new Snapshot<>(next);
            }
        }
        next.add(new Filed<>(record, 0));
        return new Snapshot<>(next);
    }

    public Snapshot<R> without(String id) {
        return new Snapshot<>(
                filed.stream().filter(one -> !one.record.id().equals(id)).toList());
    }

    List<R> inFile(int file) {
        return filed.stream().filter(one -> one.file == file).map(Filed::record).toList();
    }
}
