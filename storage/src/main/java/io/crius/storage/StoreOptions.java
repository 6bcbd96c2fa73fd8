package io.crius.storage;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the store is and how it behaves.
 *
 * @param graphRoot what outlives a reboot, default of the tools: {@code /var/lib/containers/storage}
 * @param runRoot what does not, default of the tools: {@code /run/containers/storage}
 * @param mountOptions overlay mount options for every mount, {@code mountopt} of storage.conf split at commas
 */
public record StoreOptions(
        Path graphRoot, Path runRoot, List<String> mountOptions, LayerSync sync, DriverHome driverHome) {
    public StoreOptions {
        mountOptions = List.copyOf(mountOptions);
        if (!graphRoot.isAbsolute() || !runRoot.isAbsolute()) {
            throw new CriusException.InvalidArgument(
                    "graph root " + graphRoot + " and run root " + runRoot + " must be absolute paths");
        }
        if (graphRoot.equals(runRoot)) {
            throw new CriusException.InvalidArgument("graph root and run root are both " + graphRoot);
        }
    }

    /** The defaults of the tools for these folders. */
    public static StoreOptions of(Path graphRoot, Path runRoot) {
        return new StoreOptions(graphRoot, runRoot, List.of(), LayerSync.RECORD, DriverHome.PRIVATE_MOUNT);
    }
}
