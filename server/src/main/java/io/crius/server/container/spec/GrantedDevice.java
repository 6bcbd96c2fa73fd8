package io.crius.server.container.spec;

import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.LinuxDevice;

/** A device node that the container gets, and what it may do with it: a subset of {@code rwm}. */
public record GrantedDevice(LinuxDevice device, String permissions) {
    DeviceRule rule() {
        return DeviceRule.allow(device.type(), device.major(), device.minor(), permissions);
    }
}
