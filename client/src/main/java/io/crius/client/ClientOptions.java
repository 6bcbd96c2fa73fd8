package io.crius.client;

import java.time.Duration;

/**
 * How a client talks to its server.
 *
 * @param callTimeout the deadline of each call that has no time of its own; kubelet's default is two minutes
 * @param pullTimeout the deadline of PullImage; kubelet has none, a test needs one
 * @param maxMessageBytes the largest answer taken
 */
public record ClientOptions(Duration callTimeout, Duration pullTimeout, int maxMessageBytes) {
    /** CRI-O's own limit for messages in both directions. */
    private static final int EIGHTY_MEBIBYTES = 80 * 1024 * 1024;

    public ClientOptions {
        if (!callTimeout.isPositive() || !pullTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "timeouts of a CRI client must be positive: " + callTimeout + ", " + pullTimeout);
        }
    }

    public static ClientOptions defaults() {
        return new ClientOptions(Duration.ofMinutes(2), Duration.ofMinutes(10), EIGHTY_MEBIBYTES);
    }

    public ClientOptions withCallTimeout(Duration timeout) {
        return new ClientOptions(timeout, pullTimeout, maxMessageBytes);
    }
}
