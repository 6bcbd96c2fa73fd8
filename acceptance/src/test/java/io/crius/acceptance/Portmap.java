package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The plugin by which the network of a node leads ports to pods, unless it is taken away. */
final class Portmap {
    private Portmap() {}

    /** Leaves ports to the server. Returns what the configuration was before. */
    static String takeAway(Path conflist) throws IOException {
        String before = Files.readString(conflist);
        String without = before.replaceAll("(?s),\\s*\\{[^{}]*\"portmap\"[^{}]*(\\{[^{}]*\\})?[^{}]*\\}", "");
        assertThat(without).isNotEqualTo(before);
        Files.writeString(conflist, without);
        return before;
    }
}
