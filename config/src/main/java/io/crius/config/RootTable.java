package io.crius.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code [crio]}: the image store, logs and what marks a reboot or an orderly stop. */
public record RootTable(Settings settings) {
    public static final Option<Path> ROOT = Option.of(
            "root",
            ValueType.PATH,
            Path.of("/var/lib/containers/storage"),
            "Layers, images and containers on disk, in the format that podman and buildah share.");
    public static final Option<Path> RUNROOT = Option.of(
            "runroot",
            ValueType.PATH,
            Path.of("/run/containers/storage"),
            "The storage's state that does not outlive a reboot.");
    public static final Option<Optional<Path>> IMAGESTORE = Option.of(
            "imagestore",
            ValueType.OPTIONAL_PATH,
            Optional.<Path>empty(),
            "A separate folder, usually another disk, for images and their layers.");
    public static final Option<StorageDriver> STORAGE_DRIVER =
            Option.of("storage_driver", StorageDriver.TYPE, StorageDriver.OVERLAY, "Which driver keeps layers.");
    public static final Option<List<String>> STORAGE_OPTION = Option.of(
                    "storage_option",
                    ValueType.STRING_UNION,
                    List.<String>of(),
                    "Options of the storage driver, such as \"overlay.mountopt=nodev\". Every source adds to the list.")
            .flag("storage-opt");
    public static final Option<Path> LOG_DIR = Option.of(
            "log_dir",
            ValueType.PATH,
            Path.of("/var/log/crio/pods"),
            "Where container logs go when the request for a pod names no folder.");
    public static final Option<Path> VERSION_FILE = Option.of(
                    "version_file",
                    ValueType.PATH,
                    Path.of("/run/crius/version"),
                    "A marker on tmpfs; when it is missing, the node was rebooted.")
            .pending();
    public static final Option<Optional<Path>> VERSION_FILE_PERSIST = Option.of(
                    "version_file_persist",
                    ValueType.OPTIONAL_PATH,
                    Optional.<Path>empty(),
                    "A marker that outlives reboots; images are wiped when its minor version changes. Empty: never.")
            .pending();
    public static final Option<Path> CLEAN_SHUTDOWN_FILE = Option.of(
            "clean_shutdown_file",
            ValueType.PATH,
            Path.of("/var/lib/crius/clean.shutdown"),
            "Written at an orderly stop, removed at start.");
    public static final Option<Boolean> INTERNAL_WIPE = Option.of(
                    "internal_wipe", ValueType.BOOL, true, "Whether the daemon itself wipes containers after a reboot.")
            .pending();
    public static final Option<Boolean> INTERNAL_REPAIR = Option.of(
            "internal_repair",
            ValueType.BOOL,
            true,
            "Whether the storage is checked after a stop that was not orderly, in the background; layers found damaged are"
                    + " pulled again, alone, with the next pull of an image that has them.");

    static final TableSchema SCHEMA = TableSchema.of(
            "crio",
            "The image store, logs, and what marks a reboot or an orderly stop.",
            ROOT,
            RUNROOT,
            IMAGESTORE,
            STORAGE_DRIVER,
            STORAGE_OPTION,
            LOG_DIR,
            VERSION_FILE,
            VERSION_FILE_PERSIST,
            CLEAN_SHUTDOWN_FILE,
            INTERNAL_WIPE,
            INTERNAL_REPAIR);

    public Path root() {
        return settings.get(ROOT);
    }

    public Path runRoot() {
        return settings.get(RUNROOT);
    }

    public Optional<Path> imageStore() {
        return settings.get(IMAGESTORE);
    }

    public StorageDriver storageDriver() {
        return settings.get(STORAGE_DRIVER);
    }

    public List<String> storageOptions() {
        return settings.get(STORAGE_OPTION);
    }

    public Path logDir() {
        return settings.get(LOG_DIR);
    }

    public Path versionFile() {
        return settings.get(VERSION_FILE);
    }

    public Optional<Path> versionFilePersist() {
        return settings.get(VERSION_FILE_PERSIST);
    }

    public Path cleanShutdownFile() {
        return settings.get(CLEAN_SHUTDOWN_FILE);
    }

    public boolean internalWipe() {
        return settings.get(INTERNAL_WIPE);
    }

    public boolean internalRepair() {
        return settings.get(INTERNAL_REPAIR);
    }
}
