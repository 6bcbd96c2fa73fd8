package io.crius.image.pull;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a pull was at one moment.
 *
 * @param image as it was asked for
 * @param stage what it is doing, in words
 * @param elapsed since it began
 * @param idle since the last byte came or anything else went on
 */
public record PullSnapshot(String image, String stage, Layers layers, Bytes bytes, Duration elapsed, Duration idle) {
    private static final Duration NOTABLE = Duration.ofSeconds(5);

    /** @param missing that have to be fetched, or are waited for while another pull fetches them */
    public record Layers(int ready, int missing) {}

    /**
     * Over the network.
     *
     * @param received for this pull
     * @param expected sizes of the missing layers
     * @param perSecond since fetching began
     */
    public record Bytes(long received, long expected, long perSecond) {}

    PullSnapshot withImage(String name) {
        return new PullSnapshot(name, stage, layers, bytes, elapsed, idle);
    }

    /** For errors and logs. */
    @Override
    public String toString() {
        String quiet = idle.compareTo(NOTABLE) < 0 ? "" : ", nothing for " + idle.toSeconds() + " s";
        return layers.missing == 0
                ? stage + quiet
                : String.format(
                        Locale.ROOT,
                        "%s, %d of %d layers ready, %d of %d bytes received, %.1f MB/s%s",
                        stage,
                        layers.ready,
                        layers.missing,
                        bytes.received,
                        bytes.expected,
                        bytes.perSecond / 1e6,
                        quiet);
    }
}
