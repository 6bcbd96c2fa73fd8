package io.crius.image.trust;

import io.crius.image.trust.policy.TrustPolicy;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the machine's policy asks of images that are about to run. Hardly any machine asks anything, and reading the file for each
 * container would cost every one of them a millisecond, so what it says is kept until the file changes. Thread-safe.
 */
final class MachinePolicy {
    private static final String VERSION = "unix:dev,ino,ctime,size";

    /** Kernel: times of files advance in steps; what changed just now may change once more and look the same. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private record Known(Map<String, Object> version, Optional<TrustPolicy> strict) {}

    private final Path file;
    private final InstantSource clock;
    private volatile @Nullable Known known;

    MachinePolicy(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * The policy, unless it accepts everything. Blocks on the disk. Compat: what is on a machine without a policy runs, as with
     * CRI-O.
     *
     * @throws CriusException.FailedPrecondition it cannot be understood; says the file and the place
     */
    Optional<TrustPolicy> strict() {
        // Safety: a link that leads nowhere is there and must not mean that everything is allowed.
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        Map<String, Object> version = version();
        Known last = known;
        if (last != null && last.version.equals(version)) {
            return last.strict;
        }
        Optional<TrustPolicy> strict =
                Optional.of(PolicyFiles.read(file)).filter(policy -> !policy.acceptsEverything());
        known = isSettled(version) ? new Known(version, strict) : null;
        return strict;
    }

    private Map<String, Object> version() {
        try {
            return Files.readAttributes(file, VERSION);
        } catch (IOException _) {
            // Reading it says what is wrong.
            return Map.of();
        }
    }

    private boolean isSettled(Map<String, Object> version) {
        return version.get("ctime") instanceof FileTime changed
                && changed.toInstant().plus(SETTLED).isBefore(clock.instant());
    }
}
