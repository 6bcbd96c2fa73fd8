package io.crius.storage;

import io.crius.linux.ErrnoException;
import io.crius.model.CriusException;
import io.crius.model.LayerId;
import io.crius.storage.driver.NewLayer;
import io.crius.storage.driver.NewTree;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.unpack.Unpacked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Makes staged layers layers of the store, and puts good content in the place of damaged. Thread-safe by {@code layers.lock},
 * which is held for milliseconds: what takes long is done before.
 */
final class LayerCommit {
    private final LayerStores layers;
    private final Damage damage;
    private final Mountings mountings;

    LayerCommit(LayerStores layers, Damage damage, Mountings mountings) {
        this.layers = layers;
        this.damage = damage;
        this.mountings = mountings;
    }

    /** Unless it is there already and whole. */
    void commit(LayerId id, StagedLayer staged, Optional<String> parent, LayerBlob blob) throws IOException {
        if (layers.finished(id.value()).isPresent() && !damage.has(id)) {
            return;
        }
        Optional<LayerRecord> base = parent.isPresent() ? Optional.of(parent(id, parent.get())) : Optional.empty();
        NewTree.Staged tree = settled(id, staged, parent);
        try (Layers.LayerChange change = layers.images().change()) {
            if (change.now().byId(id.value()).isPresent()) {
                repair(change, id, tree, staged);
                return;
            }
            if (layers.finished(id.value()).isPresent()) {
                return;
            }
            if (base.isPresent()
                    && !parent(id, parent.orElseThrow())
                            .created()
                            .equals(base.get().created())) {
                throw Changes.parentGone(id, parent.orElseThrow());
            }
            LayerRecord record = LayerRecord.incomplete(id.value(), List.of(), parent, Instant.now());
            change.create(record, new NewLayer(id.value(), parent, tree, Optional.empty()), incomplete -> {
                Files.move(staged.split(), layers.tarSplitOfNew(id.value()), StandardCopyOption.ATOMIC_MOVE);
                return incomplete.withContent(content(staged.unpacked(), blob));
            });
            // What was found damaged under this id before is gone with its record.
            damage.repaired(id);
        }
    }

    /** Throws where {@link #commit} would, because of what is mounted. Takes no lock. */
    void requireReplaceable(LayerId id) throws IOException {
        if (damage.has(id) && layers.images().read().byId(id.value()).isPresent()) {
            mountings.requireNotUnderMount(id.value());
        }
    }

    private LayerRecord parent(LayerId id, String parent) throws IOException {
        return layers.finished(parent).orElseThrow(() -> Changes.parentGone(id, parent));
    }

    private static NewTree.Staged settled(LayerId id, StagedLayer staged, Optional<String> parent) throws IOException {
        try {
            return staged.settled(parent);
        } catch (IOException e) {
            if (parent.isPresent() && ErrnoException.isMissing(e)) {
                throw Changes.parentGone(id, parent.get());
            }
            throw e;
        }
    }

    /** A layer found damaged gets the content again, all under its old record. */
    private void repair(Layers.LayerChange change, LayerId id, NewTree.Staged tree, StagedLayer staged)
            throws IOException {
        if (!damage.has(id)) {
            return;
        }
        LayerRecord record = change.now().byId(id.value()).orElseThrow();
        String diffId = staged.unpacked().diffId().toString();
        if (!record.diffDigest().equals(Optional.of(diffId))) {
            throw new CriusException.FailedPrecondition("repair layer " + id + ": its content should be "
                    + record.diffDigest().orElse("unknown") + ", not " + diffId);
        }
        mountings.requireNotUnderMount(id.value());
        change.replace(id.value(), tree, staged.split());
        damage.repaired(id);
    }

    private static LayerRecord.Content content(Unpacked unpacked, LayerBlob blob) {
        return new LayerRecord.Content(
                unpacked.diffId().toString(),
                unpacked.size(),
                blob.digest().toString(),
                blob.size(),
                blob.compression().code(),
                unpacked.uids(),
                unpacked.gids());
    }
}
