package io.crius.storage;

import io.crius.model.ContainerId;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.storage.owner.IdMappings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A container of the store, ours or another engine's: the metadata tells.
 *
 * @param owners of the user namespace that it runs in, where it has one
 */
public record StoredContainer(
        ContainerId id,
        List<String> names,
        Optional<ImageId> image,
        LayerId layer,
        String metadata,
        Instant created,
        Optional<IdMappings> owners) {}
