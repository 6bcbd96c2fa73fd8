package io.crius.oci.seccomp;

import io.crius.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The system call tables that a native architecture brings along.
 *
 * @param name as {@code SCMP_ARCH_X86_64}
 */
record Architecture(String name, List<String> subArchitectures) {
    static Architecture fromJson(JsonObject json) {
        return new Architecture(json.requireString("architecture", "archMap"), json.strings("subArchitectures"));
    }

    List<String> all() {
        var all = new ArrayList<String>();
        all.add(name);
        all.addAll(subArchitectures);
        return List.copyOf(all);
    }

    /** libseccomp's name of an architecture that Go names; itself if there is none. */
    static String nameOf(String goArchitecture) {
        return "SCMP_ARCH_"
                + switch (goArchitecture) {
                    case "amd64" -> "X86_64";
                    case "386" -> "X86";
                    case "arm64" -> "AARCH64";
                    case "mips64le" -> "MIPSEL64";
                    case "mipsle" -> "MIPSEL";
                    default -> goArchitecture.toUpperCase(Locale.ROOT);
                };
    }

    /** The word that conditions use. */
    static String wordOf(String goArchitecture) {
        return goArchitecture.equals("386") ? "x86" : goArchitecture;
    }
}
