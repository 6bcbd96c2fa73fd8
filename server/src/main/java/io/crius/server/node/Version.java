package io.crius.server.node;

/**
 * The four versions of the CRI call of the same name; two of them are fixed by the protocol.
 *
 * @param runtimeName what tools key on
 * @param runtimeVersion the product's version
 */
public record Version(String runtimeName, String runtimeVersion) {
    public String kubeletApiVersion() {
        return "0.1.0";
    }

    public String runtimeApiVersion() {
        return "v1";
    }
}
