package io.crius.runtime.conmon;

import io.crius.model.ContainerId;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.process.PidFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The files of monitors. Stateless. */
public final class MonitorFiles {
    private final MonitorPlaces places;

    public MonitorFiles(MonitorPlaces places) {
        this.places = places;
    }

    static Path monitorPidFile(ContainerFolders folders) {
        return folders.bundle().resolve("conmon-pidfile");
    }

    /** Where the OCI runtime notes the first process; there once the container was created. */
    public static Path initPidFile(ContainerFolders folders) {
        return folders.bundle().resolve("pidfile");
    }

    static Path control(ContainerFolders folders) {
        return folders.bundle().resolve("ctl");
    }

    /** The monitor's process number as it wrote it down. */
    public OptionalLong monitorPid(ContainerFolders folders) {
        return PidFile.read(monitorPidFile(folders));
    }

    /** Makes the folders that all monitors share, where they are missing. */
    public void makePlaces() throws IOException {
        Files.createDirectories(places.exitDir());
        Files.createDirectories(places.attachDir());
    }

    /** Removes what an earlier monitor of this container left where a new one would stumble over it or be mistaken for it. */
    public void removeAll(ContainerId id, ContainerFolders folders) throws IOException {
        removeOutside(id);
        // The stars are for temporary names, which a monitor or runtime that was killed leaves.
        remove(folders.bundle(), "{ctl,winsz,attach,oom,conmon-pidfile*,pidfile*,.pidfile*}");
        remove(folders.persistent(), "{oom,exit*}");
    }

    /** Removes the link to the attach socket and the exit code: what lies outside the container's own folders. */
    public void removeOutside(ContainerId id) throws IOException {
        String name = id.value();
        removeLink(places.attachDir().resolve(name));
        // Compat: conmon cuts the last character where the path would fill sun_path to the last byte (unix(7)).
        removeLink(places.attachDir().resolve(name.substring(0, name.length() - 1)));
        Files.deleteIfExists(places.exitDir().resolve(name));
    }

    private static void remove(Path folder, String names) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Compat: newer monitors remove it themselves. */
    private static void removeLink(Path link) throws IOException {
        if (Files.isSymbolicLink(link)) {
            Files.deleteIfExists(link);
        }
    }
}
