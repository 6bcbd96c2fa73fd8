package io.crius.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** The folders of a store with the overlay driver. */
record StorePaths(Path graphRoot, Path runRoot) {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    Path driver() {
        return graphRoot.resolve("overlay");
    }

    Path layers() {
        return graphRoot.resolve("overlay-layers");
    }

    Path images() {
        return graphRoot.resolve("overlay-images");
    }

    Path containers() {
        return graphRoot.resolve("overlay-containers");
    }

    Path runLayers() {
        return runRoot.resolve("overlay-layers");
    }

    Path runContainers() {
        return runRoot.resolve("overlay-containers");
    }

    Path storageLock() {
        return graphRoot.resolve("storage.lock");
    }

    /** Makes what is missing, for root only. */
    void create() throws IOException {
        for (Path folder : List.of(driver(), layers(), images(), containers(), runLayers(), runContainers())) {
            makePrivate(folder);
        }
    }

    static void makePrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, PRIVATE);
        }
    }
}
