package io.crius.network.cni;

import java.nio.file.Path;
import java.util.Optional;
import java.util.StringJoiner;

/** Says why no network could be taken from a directory. */
final class ConfigReport {
    private ConfigReport() {}

    /** Compat: the first sentences are CRI-O's; tools look for them. What was seen follows in brackets. */
    static String notFound(Path directory, Optional<String> wanted, ConfigDirectory.Scan scan) {
        return "no CNI configuration file in " + directory + ". Has your network provider started? ("
                + wanted.map(name -> "the default network \"" + name + "\" is wanted; ")
                        .orElse("")
                + seen(scan) + ")";
    }

    private static String seen(ConfigDirectory.Scan scan) {
        if (scan.unreadable().isPresent()) {
            return "the directory cannot be read: " + scan.unreadable().get();
        }
        var files = new StringJoiner("; ");
        scan.networks()
                .forEach((file, network) -> files.add(file.getFileName() + " is network \"" + network.name() + "\""));
        scan.rejected().forEach((file, why) -> files.add(file.getFileName() + ": " + why));
        return files.length() == 0 ? "the directory has no .conf, .conflist or .json file" : "seen: " + files;
    }
}
