package io.crius.image.pull;

import io.crius.config.ShortNameMode;
import io.crius.oci.image.Platform;
import io.crius.storage.archive.UnpackLimits;

/**
 * How pulls are done.
 *
 * @param platform whose manifest is taken from an index
 * @param unpack what one layer may cost
 */
public record PullSettings(ShortNameMode shortNames, Platform platform, PullLimits limits, UnpackLimits unpack) {}
