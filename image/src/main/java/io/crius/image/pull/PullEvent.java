package io.crius.image.pull;

import java.time.Instant;

/**
 * Something that happened to a pull.
 *
 * @param number from 1, without gaps, since the daemon started
 * @param pull how far it was
 * @param outcome the image's id once it was pulled, why not if it failed; else empty
 */
public record PullEvent(long number, Instant time, Kind kind, PullSnapshot pull, String outcome) {
    /** What happened. */
    public enum Kind {
        BEGUN,
        /** It goes on, or stands still; told every ten seconds. */
        PROGRESS,
        PULLED,
        FAILED
    }
}
