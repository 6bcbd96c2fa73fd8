package io.crius.acceptance;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What a pod's web server shows. */
final class WebPage {
    private WebPage() {}

    /** The page at an address; empty where nobody serves it. */
    static String at(String host, int port) {
        try (var in = URI.create("http://" + host + ":" + port + "/index.html")
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }
}
