package io.crius.daemon;

import java.util.Optional;

/** Which Crius this is. */
final class Version {
    private Version() {}

    /** The version that the build wrote into the jar; {@code dev} where the classes come from a folder. */
    static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("dev");
    }
}
