package io.crius.acceptance;

import io.crius.acceptance.target.ContainerdTarget;
import io.crius.acceptance.target.CriusTarget;
import io.crius.acceptance.target.RunningTarget;
import io.crius.acceptance.target.Target;
import io.crius.acceptance.target.TargetKind;
import io.crius.acceptance.target.TargetSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Which server the suite is aimed at, as said by system properties or environment variables. */
final class Choice {
    private Choice() {}

    static TargetKind kind() {
        return TargetKind.parse(setting("crius.target").orElse("crius"));
    }

    /** A server that the build does not make may be missing. */
    static void assumeInstalled() {
        Assumptions.assumeTrue(
                kind() == TargetKind.CRIUS
                        || setting("crius.socket").isPresent()
                        || Files.isExecutable(ContainerdTarget.PROGRAM),
                "needs " + ContainerdTarget.PROGRAM);
    }

    /** {@code options} are TOML of crio.conf, for Crius. */
    static Target target(TargetSettings settings, String options) throws IOException {
        Optional<Path> socket = setting("crius.socket").map(Path::of);
        if (socket.isPresent()) {
            Assumptions.assumeTrue(options.isEmpty(), "needs a server of its own: it has other options");
            return new RunningTarget(kind(), socket.get());
        }
        return switch (kind()) {
            case CRIUS -> CriusTarget.in(settings.withOptions(options), launcher());
            case CONTAINERD -> ContainerdTarget.in(settings);
        };
    }

    static Path runtime() {
        List<Path> candidates = kind() == TargetKind.CRIUS
                ? List.of(Path.of("/usr/bin/crun"), Path.of("/usr/sbin/runc"), Path.of("/usr/bin/runc"))
                : List.of(Path.of("/usr/sbin/runc"), Path.of("/usr/bin/runc"));
        return setting("crius.runtime")
                .map(Path::of)
                .or(() -> candidates.stream().filter(Files::isExecutable).findFirst())
                .orElseThrow(() -> new IllegalStateException("no OCI runtime of " + candidates + " is installed"));
    }

    static Path launcher() {
        Path launcher = Path.of(setting("crius.launcher").orElse("../daemon/target/crius/bin/crius"))
                .toAbsolutePath()
                .normalize();
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException(launcher + " is missing: build the daemon first, or set crius.launcher");
        }
        return launcher;
    }

    /** {@code crius.target} as a system property, or {@code CRIUS_TARGET} in the environment. */
    private static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getProperty(name))
                .or(() -> Optional.ofNullable(
                        System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_'))))
                .filter(value -> !value.isBlank());
    }
}
