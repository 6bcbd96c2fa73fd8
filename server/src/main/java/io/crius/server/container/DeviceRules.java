package io.crius.server.container;

import io.crius.server.state.RequestedDevice;
import java.util.List;
import java.util.Set;

/**
 * What the configuration says about devices.
 *
 * @param additional {@code additional_devices}: what every container gets
 * @param allowed {@code allowed_devices}: what a pod may ask for by annotation
 */
public record DeviceRules(List<RequestedDevice> additional, Set<String> allowed, Ownership ownership) {
    /** {@code device_ownership_from_security_context}: whose a device node in the container is. */
    public enum Ownership {
        /** The owner of the node's. */
        NODE,
        /** The user and group that the request names for the process. */
        PROCESS
    }

    public static final DeviceRules NONE = new DeviceRules(List.of(), Set.of(), Ownership.NODE);

    public DeviceRules {
        additional = List.copyOf(additional);
        allowed = Set.copyOf(allowed);
    }
}
