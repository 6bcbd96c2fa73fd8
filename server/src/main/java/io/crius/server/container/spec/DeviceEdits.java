package io.crius.server.container.spec;

import io.crius.oci.cdi.CdiEdits;
import java.util.List;

/**
 * The edits of one CDI specification or device, with its device nodes looked up on the node.
 *
 * @param devices those of {@code edits}, complete
 */
public record DeviceEdits(CdiEdits edits, List<GrantedDevice> devices) {
    public DeviceEdits {
        devices = List.copyOf(devices);
    }
}
