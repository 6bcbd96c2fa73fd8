package io.crius.server.container;

import io.crius.model.CriusException;
import io.crius.server.state.RequestedDevice;

/**
 * A device as configuration and annotations spell it: the node's path, then the container's and permissions, either of which may
 * be left out: {@code /dev/host:/dev/container:rwm}.
 */
public final class DeviceEntry {
    private static final String ALL = "rwm";

    private DeviceEntry() {}

    /** @throws CriusException.InvalidArgument beginning with {@code context} */
    public static RequestedDevice parse(String entry, String context) {
        String[] parts = entry.strip().split(":", -1);
        if (parts.length > 3 || !parts[0].startsWith("/dev/")) {
            throw bad(entry, context);
        }
        String inside = parts.length > 1 && parts[1].startsWith("/") ? parts[1] : parts[0];
        String last = parts.length == 1 || parts[parts.length - 1].startsWith("/") ? ALL : parts[parts.length - 1];
        if (!last.matches("[rwm]{1,3}") || (parts.length == 3 && !parts[1].startsWith("/"))) {
            throw bad(entry, context);
        }
        return new RequestedDevice(parts[0], inside, last);
    }

    private static CriusException bad(String entry, String context) {
        return new CriusException.InvalidArgument(
                context + ": expected \"/dev/host:/dev/container:rwm\", found \"" + entry + "\"");
    }
}
