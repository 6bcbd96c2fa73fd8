package io.crius.storage.driver;

import io.crius.storage.owner.IdMappings;
import java.util.Optional;

/**
 * A layer to be mounted.
 *
 * @param owners to show its files with; empty where they are right on disk
 */
public record MountRequest(String layer, Access access, Optional<IdMappings> owners) {
    /** Whether the layer itself may be written through the mount. */
    public enum Access {
        READ_WRITE,
        READ_ONLY
    }
}
