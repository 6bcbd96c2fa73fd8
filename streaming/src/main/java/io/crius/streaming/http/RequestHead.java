package io.crius.streaming.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a request.
 *
 * @param path without the query
 * @param headers by lower-case names, the values in the order they came
 */
public record RequestHead(String method, String path, Map<String, List<String>> headers) {
    private static final int LARGEST = 32 << 10;

    /**
     * Reads exactly the head; what follows it stays in the stream. Blocks until it is there.
     *
     * @throws BadRequestException for what is no HTTP/1 request, or one whose head is larger than 64 KiB
     */
    public static RequestHead read(InputStream in) throws IOException {
        String[] lines = text(in).split("\r?\n", -1);
        String[] words = lines[0].split(" ");
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            throw new BadRequestException("not an HTTP/1 request");
        }
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0) {
                throw new BadRequestException("a header line without a name");
            }
            headers.computeIfAbsent(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(lines[i].substring(colon + 1).strip());
        }
        int query = words[1].indexOf('?');
        return new RequestHead(words[0], query < 0 ? words[1] : words[1].substring(0, query), headers);
    }

    /** Up to the empty line, without it. */
    private static String text(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int newlines = 0;
        while (newlines < 2) {
            int value = in.read();
            if (value < 0) {
                throw new EOFException("the client left before its request was whole");
            }
            if (head.size() == LARGEST) {
                throw new BadRequestException("the head of the request is larger than " + LARGEST + " bytes");
            }
            head.write(value);
            newlines = value == '\n' ? newlines + 1 : value == '\r' ? newlines : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1).strip();
    }

    /** The first value. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The elements of a header that is a list, whether it came in one line or several. */
    public List<String> list(String name) {
        return headers.getOrDefault(name, List.of()).stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }

    /** Whether the list has an element that contains the word, in whatever case. */
    public boolean contains(String name, String word) {
        return list(name).stream()
                .anyMatch(element -> element.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT)));
    }
}
