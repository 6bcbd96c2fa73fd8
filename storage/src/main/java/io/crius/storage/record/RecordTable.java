package io.crius.storage.record;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.oci.json.JsonObject;
import io.crius.storage.disk.NewFile;
import io.crius.storage.lock.StoreLock;
import io.crius.storage.lock.Token;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All records of one kind: their files and the lock file that goes with them. Thread-safe: reading takes no lock, changing
 * takes the lock file for as long as the {@link Change} is open.
 */
public final class RecordTable<R extends StoreRecord> {
    private record Loaded<R extends StoreRecord>(Snapshot<R> snapshot, List<Fingerprint> versions) {}

    private final List<RecordFile<R>> files;
    private final StoreLock lock;
    private volatile @Nullable Loaded<R> loaded;
    // guarded by the lock file
    private @Nullable Token seen;

    private RecordTable(List<RecordFile<R>> files, StoreLock lock) {
        this.files = files;
        this.lock = lock;
    }

    /**
     * A table whose records are in {@code <kind>.json}, and in {@code volatile-<kind>.json} those of owners that do without
     * them after a crash.
     */
    public static <R extends StoreRecord> RecordTable<R> withVolatile(
            Path folder, String kind, Function<JsonObject, R> view, Linux linux) {
        return new RecordTable<>(
                List.of(
                        new RecordFile<>(folder.resolve(kind + ".json"), RecordFile.Durability.SYNCED, view, linux),
                        new RecordFile<>(
                                folder.resolve("volatile-" + kind + ".json"),
                                RecordFile.Durability.VOLATILE,
                                view,
                                linux)),
                new StoreLock(folder.resolve(kind + ".lock"), linux));
    }

    /** A table with one file. */
    public static <R extends StoreRecord> RecordTable<R> of(
            Path folder, String kind, Function<JsonObject, R> view, Linux linux) {
        return new RecordTable<>(
                List.of(new RecordFile<>(folder.resolve(kind + ".json"), RecordFile.Durability.SYNCED, view, linux)),
                new StoreLock(folder.resolve(kind + ".lock"), linux));
    }

    /** A table below the run root, which no power loss leaves anything of. */
    public static <R extends StoreRecord> RecordTable<R> ofRunRoot(
            Path folder, String kind, Function<JsonObject, R> view, Linux linux) {
        return new RecordTable<>(
                List.of(new RecordFile<>(folder.resolve(kind + ".json"), RecordFile.Durability.VOLATILE, view, linux)),
                new StoreLock(folder.resolve(kind + ".lock"), linux));
    }

    /** The records as they are on disk now, be it in the middle of somebody's change. */
    public Snapshot<R> read() throws IOException {
        Loaded<R> known = loaded;
        return known != null && known.versions.equals(versions()) ? known.snapshot : load();
    }

    /** Takes the lock file and reads what others have changed. Blocks: while others have it. */
    public Change change() throws IOException {
        StoreLock.Held held = lock.acquire();
        try {
            return new Change(held, current(held));
        } catch (IOException | RuntimeException e) {
            held.close();
            throw e;
        }
    }

    private Snapshot<R> current(StoreLock.Held held) throws IOException {
        Token token = held.token();
        Snapshot<R> snapshot = token.equals(seen) ? read() : load();
        seen = token;
        return snapshot;
    }

    private Snapshot<R> load() throws IOException {
        var filed = new ArrayList<Snapshot.Filed<R>>();
        var versions = new ArrayList<Fingerprint>();
        for (int file = 0; file < files.size(); file++) {
            RecordFile.Content<R> content = files.get(file).read();
            versions.add(content.version());
            for (R record : content.records()) {
                filed.add(new Snapshot.Filed<>(record, file));
            }
        }
        Snapshot<R> snapshot = Snapshot.of(filed);
        loaded = new Loaded<>(snapshot, versions);
        return snapshot;
    }

    private List<Fingerprint> versions() throws IOException {
        var versions = new ArrayList<Fingerprint>(files.size());
        for (RecordFile<R> file : files) {
            versions.add(file.version());
        }
        return versions;
    }

    /**
     * A change that is written and not shown. Several are best all written, then all waited for, then shown one by one: the disk
     * then has them in hardly more time than one. Closed without being shown it leaves nothing.
     */
    public interface Saving extends AutoCloseable {
        /** Waits for the disk; blocks on a native thread while a virtual caller is parked. */
        void sync() throws IOException;

        /**
         * Puts the files in place, one after the other; {@link #sync} comes before. After a failure some may be in place: what is
         * on disk is then what {@link #read} says.
         */
        void show() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** The right to change the records, for one thread at a time. What was saved is on disk and seen by everybody. */
    public final class Change implements AutoCloseable {
        private final StoreLock.Held held;
        private Snapshot<R> now;

        private Change(StoreLock.Held held, Snapshot<R> now) {
            this.held = held;
            this.now = now;
        }

        /** The records as of the last save. */
        public Snapshot<R> now() {
            return now;
        }

        /** Writes the files in which something differs. */
        public void save(Snapshot<R> next) throws IOException {
            try (Saving saving = prepare(next)) {
                saving.sync();
                saving.show();
            }
        }

        /** Writes the files in which something differs, aside: until they are shown nobody knows of them. */
        public Saving prepare(Snapshot<R> next) throws IOException {
            var saving = new Prepared(next);
            try {
                saving.write();
                return saving;
            } catch (IOException | RuntimeException e) {
                try (saving) {
                    throw e;
                }
            }
        }

        /** New files beside the old ones, all in the table's folder. */
        private final class Prepared implements Saving {
            private final Snapshot<R> next;
            private final Fd folder;
            private final List<NewFile> written = new ArrayList<>();

            private Prepared(Snapshot<R> next) throws IOException {
                this.next = next;
                this.folder = files.getFirst().openFolder();
            }

            private void write() throws IOException {
                for (int file = 0; file < files.size(); file++) {
                    if (!next.inFile(file).equals(now.inFile(file))) {
                        written.add(files.get(file).aside(folder, next.inFile(file)));
                    }
                }
            }

            @Override
            public void sync() throws IOException {
                for (NewFile file : written) {
                    file.sync();
                }
            }

            @Override
            public void show() throws IOException {
                seen = held.renew();
                for (NewFile file : written) {
                    file.show();
                }
                now = next;
                // Where the versions cannot be had, the next reader reads the files.
                loaded = null;
                loaded = new Loaded<>(next, versions());
            }

            @Override
            public void close() throws IOException {
                try (folder) {
                    close(written.iterator());
                }
            }

            /** Each is closed, whatever another one says. */
            private static void close(Iterator<NewFile> files) throws IOException {
                if (files.hasNext()) {
                    try (NewFile _ = files.next()) {
                        close(files);
                    }
                }
            }
        }

        @Override
        public void close() {
            held.close();
        }
    }
}
