package io.crius.storage;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the store is and how it behaves.
 *
 * @param graphRoot what outlives a reboot, default of the tools: {@code /var/lib/containers/storage}
 * @param runRoot what does not, default of the tools: {@code /run/containers/storage}
 * @param imageStore where images and their layers are kept, if not below {@code graphRoot}
 * @param additionalStores graph roots of stores that are searched as well, in this order, and never written
 */
public record StoreOptions(
        Path graphRoot,
        Path runRoot,
        DriverKind driver,
        Optional<Path> imageStore,
        List<Path> additionalStores,
        DriverOptions options) {
    public StoreOptions {
        additionalStores = List.copyOf(additionalStores);
        List<Path> all = Stream.of(Stream.of(graphRoot, runRoot), imageStore.stream(), additionalStores.stream())
                .flatMap(paths -> paths)
                .toList();
        if (!graphRoot.isAbsolute() || !runRoot.isAbsolute()) {
            throw new CriusException.InvalidArgument(
                    "graph root " + graphRoot + " and run root " + runRoot + " must be absolute paths");
        }
        for (Path path : all) {
            if (!path.isAbsolute()) {
                throw new CriusException.InvalidArgument("store " + path + " must be an absolute path");
            }
            if (all.stream().filter(path::equals).count() > 1) {
                throw new CriusException.InvalidArgument(
                        path + " is given twice as graph root, run root, imagestore or additional image store");
            }
        }
        if (driver == DriverKind.BTRFS && !additionalStores.isEmpty()) {
            throw new CriusException.InvalidArgument(
                    "storage driver btrfs has no additional image stores, since a layer there cannot be snapshot here;"
                            + " remove " + additionalStores + " from additionalimagestores, or use \"overlay\"");
        }
        if (driver != DriverKind.OVERLAY && imageStore.isPresent()) {
            throw new CriusException.InvalidArgument("storage driver " + driver.word()
                    + " keeps images and containers in one store; remove imagestore, or use \"overlay\"");
        }
    }

    /** The defaults of the tools for these folders. */
    public static StoreOptions of(Path graphRoot, Path runRoot) {
        return new StoreOptions(
                graphRoot, runRoot, DriverKind.OVERLAY, Optional.empty(), List.of(), DriverOptions.DEFAULT);
    }

    public StoreOptions with(DriverKind other) {
        return new StoreOptions(graphRoot, runRoot, other, imageStore, additionalStores, options);
    }

    public StoreOptions with(DriverOptions other) {
        return new StoreOptions(graphRoot, runRoot, driver, imageStore, additionalStores, other);
    }

    public StoreOptions withImageStore(Optional<Path> other) {
        return new StoreOptions(graphRoot, runRoot, driver, other, additionalStores, options);
    }

    public StoreOptions withAdditionalStores(List<Path> other) {
        return new StoreOptions(graphRoot, runRoot, driver, imageStore, other, options);
    }

    /**
     * As the option list of crio.conf and storage.conf says, {@code overlay.mountopt=nodev}; see {@link OptionList}.
     *
     * @throws CriusException.InvalidArgument an option is unknown, or one that Crius cannot honour
     */
    public StoreOptions withList(List<String> list) {
        return new OptionList(driver).apply(this, list);
    }
}
