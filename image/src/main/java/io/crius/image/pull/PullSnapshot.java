package io.crius.image.pull;

/**
 * How far a pull was at one moment.
 *
 * @param stage what it is doing, in words
 * @param received bytes of layers that came over the network for it
 * @param expected bytes of the layers that it has to fetch, or waits for another pull to fetch
 */
public record PullSnapshot(
        String image, String stage, long received, long expected, int layersReady, int layersMissing) {
    /** For errors and logs. */
    @Override
    public String toString() {
        return layersMissing == 0
                ? stage
                : stage + ", " + layersReady + " of " + layersMissing + " layers ready, " + received + " of " + expected
                        + " bytes received";
    }
}
