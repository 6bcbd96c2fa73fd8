package io.crius.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The head of a request to {@link ApiFront}, which has no body that counts.
 *
 * @param query the parameters in their order, decoded: {@code name=value}
 * @param headers lines as they came
 */
record ApiRequest(String method, String path, List<String> query, List<String> headers) {
    /** Reads exactly the head; empty where the client has ended. */
    static Optional<ApiRequest> read(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int value = in.read();
            if (value < 0) {
                return Optional.empty();
            }
            head.write(value);
        }
        List<String> lines =
                head.toString(StandardCharsets.ISO_8859_1).strip().lines().toList();
        List<String> words = List.of(lines.getFirst().split(" ", -1));
        List<String> target = List.of(words.get(1).split("\\?", 2));
        var query = new ArrayList<String>();
        if (target.size() > 1) {
            for (String pair : target.get(1).split("&", -1)) {
                query.add(URLDecoder.decode(pair, StandardCharsets.UTF_8));
            }
        }
        return Optional.of(new ApiRequest(words.getFirst(), target.getFirst(), query, lines.subList(1, lines.size())));
    }

    /** What the connection is to become, in lower case. */
    Optional<String> upgrade() {
        return headers.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("upgrade:"))
                .map(line -> line.substring("upgrade:".length()).strip().toLowerCase(Locale.ROOT))
                .findFirst();
    }

    List<String> values(String name) {
        return query.stream()
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .toList();
    }

    boolean is(String name) {
        return values(name).contains("true");
    }

    /** The same request for another path. */
    byte[] to(String other) {
        return (method + " " + other + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
