package io.crius.storage.driver;

import io.crius.storage.owner.IdMappings;
import java.util.Optional;

/**
 * A layer to be mounted.
 *
 * @param owners to show its files with; empty where they are right on disk
 * @param label of SELinux that all its files show, where the driver can; empty leaves to each file its own
 */
public record MountRequest(String layer, Access access, Optional<IdMappings> owners, String label) {
    /** Whether the layer itself may be written through the mount. */
    public enum Access {
        READ_WRITE,
        READ_ONLY
    }

    /** Files with the labels that they have. */
    public MountRequest(String layer, Access access, Optional<IdMappings> owners) {
        this(layer, access, owners, "");
    }

    /** The same with the owners that its files have on disk. */
    public MountRequest withoutOwners() {
        return new MountRequest(layer, access, Optional.empty(), label);
    }
}
