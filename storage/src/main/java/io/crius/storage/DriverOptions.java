package io.crius.storage;

import io.crius.storage.overlay.OverlayOptions;
import java.util.List;

/**
 * How a driver behaves.
 *
 * @param mountOptions overlay mount options for every mount, {@code mountopt} of storage.conf split at commas
 * @param durability of what containers write in their root
 */
public record DriverOptions(
        List<String> mountOptions,
        LayerSync sync,
        DriverHome driverHome,
        ChownErrors chownErrors,
        OverlayOptions.Durability durability) {
    /** What the tools do where nothing is said. */
    public static final DriverOptions DEFAULT = new DriverOptions(
            List.of(),
            LayerSync.RECORD,
            DriverHome.PRIVATE_MOUNT,
            ChownErrors.FATAL,
            OverlayOptions.Durability.VOLATILE);

    public DriverOptions {
        mountOptions = List.copyOf(mountOptions);
    }

    public DriverOptions withMountOptions(List<String> other) {
        return new DriverOptions(other, sync, driverHome, chownErrors, durability);
    }

    public DriverOptions with(LayerSync other) {
        return new DriverOptions(mountOptions, other, driverHome, chownErrors, durability);
    }

    public DriverOptions with(DriverHome other) {
        return new DriverOptions(mountOptions, sync, other, chownErrors, durability);
    }

    public DriverOptions with(ChownErrors other) {
        return new DriverOptions(mountOptions, sync, driverHome, other, durability);
    }

    public DriverOptions with(OverlayOptions.Durability other) {
        return new DriverOptions(mountOptions, sync, driverHome, chownErrors, other);
    }
}
