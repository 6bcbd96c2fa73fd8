package io.crius.server.container.spec;

import io.crius.oci.runtime.DeviceRule;
import io.crius.oci.runtime.LinuxDevice;
import java.util.Optional;
import java.util.OptionalLong;

/** A device node that the container gets, and what it may do with it: a subset of {@code rwm}. */
public record GrantedDevice(LinuxDevice device, String permissions) {
    /** The same of another owner, as far as one is given. */
    public GrantedDevice owned(Optional<Long> uid, Optional<Long> gid) {
        return new GrantedDevice(
                new LinuxDevice(
                        device.path(),
                        device.type(),
                        device.major(),
                        device.minor(),
                        device.fileMode(),
                        uid.map(OptionalLong::of).orElse(device.uid()),
                        gid.map(OptionalLong::of).orElse(device.gid())),
                permissions);
    }

    DeviceRule rule() {
        return DeviceRule.allow(device.type(), device.major(), device.minor(), permissions);
    }
}
