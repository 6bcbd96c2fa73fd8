package io.crius.image.pull;

import io.crius.config.ShortNameMode;
import io.crius.oci.image.Platform;
import io.crius.storage.archive.UnpackLimits;
import java.time.Duration;

/**
 * How pulls are done.
 *
 * @param platform whose manifest is taken from an index
 * @param unpack what one layer may cost
 * @param times when pulls are told of, and when one counts as stalled
 */
public record PullSettings(
        ShortNameMode shortNames, Platform platform, PullLimits limits, UnpackLimits unpack, PullWatch.Times times) {
    private static final Duration REPORT = Duration.ofSeconds(10);

    /** A pull may stand still for as long as its connections may. */
    public PullSettings(ShortNameMode shortNames, Platform platform, PullLimits limits, UnpackLimits unpack) {
        this(shortNames, platform, limits, unpack, new PullWatch.Times(Duration.ZERO, REPORT));
    }

    /** @param limit after how long without progress a pull is ended; zero never */
    public PullSettings withStall(Duration limit) {
        return new PullSettings(shortNames, platform, limits, unpack, new PullWatch.Times(limit, times.report()));
    }
}
