package io.crius.network.cni;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where plugin programs are; a later directory is looked at only if no earlier one has the program. */
record PluginDirectories(List<Path> directories) {
    PluginDirectories {
        directories = List.copyOf(directories);
    }

    /** The program for a plugin type. Spec: the first that is a regular file. Looks at the disk each time. */
    Optional<Path> find(String type) {
        return candidates(type).stream().filter(Files::isRegularFile).findFirst();
    }

    /** Every place where the program may be or come to be. */
    List<Path> candidates(String type) {
        return directories.stream().map(directory -> directory.resolve(type)).toList();
    }

    /** The value of CNI_PATH, by which plugins find each other. */
    String searchPath() {
        return directories.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** For messages: "/opt/cni/bin, /usr/lib/cni". */
    String described() {
        return directories.stream().map(Path::toString).collect(Collectors.joining(", "));
    }
}
