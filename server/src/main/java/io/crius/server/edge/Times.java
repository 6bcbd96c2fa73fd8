package io.crius.server.edge;

import java.time.Instant;
import java.util.Optional;

/** Times as the CRI writes them: nanoseconds since 1970, zero for "never". */
final class Times {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Times() {}

    static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
    }

    static long nanos(Optional<Instant> instant) {
        return instant.map(Times::nanos).orElse(0L);
    }
}
