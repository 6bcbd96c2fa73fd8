package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.RecordTable;
import io.crius.storage.record.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The containers of a store: their records and private folders. Thread-safe by {@code containers.lock}.
 *
 * <p>Compat: records are never volatile, since podman up to 4.3 does not see those and would delete images under a
 * container.
 */
final class Containers {
    private static final String USERDATA = "userdata";

    private final Path folder;
    private final Path runFolder;
    private final RecordTable<ContainerRecord> table;

    Containers(StorePaths paths, Linux linux) {
        this.folder = paths.containers();
        this.runFolder = paths.runContainers();
        this.table = RecordTable.withVolatile(folder, "containers", ContainerRecord::new, linux);
    }

    Snapshot<ContainerRecord> read() throws IOException {
        return table.read();
    }

    RecordTable<ContainerRecord>.Change change() throws IOException {
        return table.change();
    }

    void recover() throws IOException {
        try (RecordTable<ContainerRecord>.Change change = table.change()) {
            Orphans.remove(folder, change.now());
            Orphans.remove(runFolder, change.now());
        }
    }

    /** For the holder of the change. */
    ContainerCreation.Publication publication(RecordTable<ContainerRecord>.Change change) {
        return new ContainerCreation.Publication() {
            @Override
            public RecordTable.Saving prepare(ContainerRecord record) throws IOException {
                StorePaths.makePrivate(userdata(record.id()));
                StorePaths.makePrivate(runUserdata(record.id()));
                return change.prepare(change.now().with(record));
            }

            @Override
            public void withdraw(ContainerRecord record) throws IOException {
                if (change.now().byId(record.id()).isPresent()) {
                    change.save(change.now().without(record.id()));
                }
                removeFolders(record.id());
            }
        };
    }

    /** The folders go after the record. */
    void removeFolders(String id) throws IOException {
        TreeRemoval.remove(folder.resolve(id));
        TreeRemoval.remove(runFolder.resolve(id));
    }

    void requireNew(Snapshot<ContainerRecord> all, NewContainer container) {
        if (all.byId(container.id().value()).isPresent()) {
            throw new CriusException.AlreadyExists("container " + container.id() + " is in the store already");
        }
        for (String name : container.names()) {
            Optional<ContainerRecord> owner = all.byName(name);
            if (owner.isPresent()) {
                throw new CriusException.AlreadyExists("the container name \"" + name + "\" is in use by container "
                        + owner.get().id() + "; remove that one first");
            }
        }
    }

    ContainerRecord require(ContainerId id) throws IOException {
        return read().byId(id.value())
                .orElseThrow(() -> new CriusException.NotFound("container " + id + " is not in the store"));
    }

    void setMetadata(ContainerId id, String metadata) throws IOException {
        try (RecordTable<ContainerRecord>.Change change = table.change()) {
            ContainerRecord record = change.now()
                    .byId(id.value())
                    .orElseThrow(() -> new CriusException.NotFound("container " + id + " is not in the store"));
            change.save(change.now().with(record.withMetadata(metadata)));
        }
    }

    Path userdata(String id) {
        return folder.resolve(id).resolve(USERDATA);
    }

    Path runUserdata(String id) {
        return runFolder.resolve(id).resolve(USERDATA);
    }
}
