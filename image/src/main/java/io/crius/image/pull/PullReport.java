package io.crius.image.pull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How an image came to the node.
 *
 * @param reference what the text of the request meant
 * @param endpoint the place that had it, as the image is called there
 * @param askedAs who asked there, in words; never a secret
 * @param failedBefore places that were asked before, with the reason why it was not they
 * @param received bytes of layers that came over the network; zero where the node had them all
 */
public record PullReport(
        String reference,
        String endpoint,
        String askedAs,
        List<String> failedBefore,
        Instant begun,
        Duration took,
        long received) {
    public PullReport {
        failedBefore = List.copyOf(failedBefore);
    }
}
