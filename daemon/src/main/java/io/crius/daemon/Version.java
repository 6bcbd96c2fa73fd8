package io.crius.daemon;

import java.util.Optional;

/** Which Crius this is. */
final class Version {
    private Version() {}

    /** The version that the build wrote into the jar; {@code 0.0.0-dev} where the classes come from a folder: kubelet and
     * tools read it as a semantic version. */
    static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("0.0.0-dev");
    }
}
