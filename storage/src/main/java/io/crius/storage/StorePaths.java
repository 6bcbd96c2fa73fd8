package io.crius.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** The folders of a store, which begin with the name of its driver. */
record StorePaths(Path graphRoot, Path runRoot, DriverKind kind) {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    Path driver() {
        return graphRoot.resolve(kind.word());
    }

    Path layers() {
        return graphRoot.resolve(kind.word() + "-layers");
    }

    Path images() {
        return graphRoot.resolve(kind.word() + "-images");
    }

    Path containers() {
        return graphRoot.resolve(kind.word() + "-containers");
    }

    Path runDriver() {
        return runRoot.resolve(kind.word());
    }

    Path runLayers() {
        return runRoot.resolve(kind.word() + "-layers");
    }

    Path runContainers() {
        return runRoot.resolve(kind.word() + "-containers");
    }

    Path storageLock() {
        return graphRoot.resolve("storage.lock");
    }

    Path tarSplit(String layer) {
        return layers().resolve(layer + ".tar-split.gz");
    }

    /** Makes what is missing, for root only. */
    void create() throws IOException {
        for (Path folder : List.of(driver(), layers(), images(), containers(), runLayers(), runContainers())) {
            makePrivate(folder);
        }
    }

    /** Makes what the image side of a split store needs. */
    void createImageSide() throws IOException {
        for (Path folder : List.of(driver(), layers(), images())) {
            makePrivate(folder);
        }
    }

    static void makePrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, PRIVATE);
        }
    }
}
