package io.crius.network.cni;

/**
 * Whether pods can be attached, as the CRI's NetworkReady condition tells it.
 *
 * @param reason empty when ready, else {@code NetworkPluginNotReady}
 * @param message empty when ready, else the cause with the files that were seen and why each was rejected
 */
public record NetworkReadiness(boolean ready, String reason, String message) {
    static final NetworkReadiness READY = new NetworkReadiness(true, "", "");

    /** Compat: reason and the message's first words are those of CRI-O and containerd. */
    static NetworkReadiness notReady(String cause) {
        return new NetworkReadiness(false, "NetworkPluginNotReady", "Network plugin returns error: " + cause);
    }
}
