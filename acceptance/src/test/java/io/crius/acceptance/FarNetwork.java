package io.crius.acceptance;

import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cable from the node to a network namespace: an address of the node that is not the loopback's, and a far end that can be
 * pulled out. There before the node of the test class where it is registered with a lower order; gone after the class.
 */
final class FarNetwork implements BeforeAllCallback, AfterAllCallback {
    private final String name =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    /** Spec: RFC 2544, addresses that no network routes. */
    private final String prefix = "198.18." + ThreadLocalRandom.current().nextInt(256) + ".";

    /** The node's address. */
    String address() {
        return prefix + "1";
    }

    /** The cable's end on the node. */
    private String nearEnd() {
        return "crn" + name;
    }

    private String farEnd() {
        return "crf" + name;
    }

    private String namespace() {
        return "crius-far-" + name;
    }

    /** A port that nobody listens at. */
    static int freePort() {
        try {
            return LoopbackRegistry.freePort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Command.run("ip", "netns", "add", namespace());
        Command.run("ip", "link", "add", nearEnd(), "type", "veth", "peer", "name", farEnd(), "netns", namespace());
        Command.run("ip", "address", "add", prefix + "1/24", "dev", nearEnd());
        Command.run("ip", "link", "set", nearEnd(), "up");
        Command.run("ip", "-n", namespace(), "address", "add", prefix + "2/24", "dev", farEnd());
        plugIn();
    }

    /** The words before those of a program that is to run at the far end. */
    List<String> there() {
        return List.of("ip", "netns", "exec", namespace());
    }

    /** From now on nothing comes through, and nobody is told. */
    void pullOut() throws IOException, InterruptedException {
        Command.run("ip", "-n", namespace(), "link", "set", farEnd(), "down");
    }

    void plugIn() throws IOException, InterruptedException {
        Command.run("ip", "-n", namespace(), "link", "set", farEnd(), "up");
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        var _ = Command.attempt(List.of("ip", "link", "delete", nearEnd()));
        var _ = Command.attempt(List.of("ip", "netns", "delete", namespace()));
    }
}
