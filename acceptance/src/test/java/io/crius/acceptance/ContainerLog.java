package io.crius.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The log of a container in the CRI's format: time, stream, P or F, text. */
record ContainerLog(List<Line> lines) {
    /** RFC 3339 with up to nine digits of a second, as Kubernetes reads it. */
    private static final String TIME =
            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:\\d\\d)";

    private static final Pattern LINE =
            Pattern.compile("(" + TIME + ") (stdout|stderr) ([PF])(?::\\S+)? (.*)", Pattern.DOTALL);

    enum Stream {
        STDOUT,
        STDERR
    }

    /** One entry; a partial one is continued by the next one of its stream. */
    record Line(OffsetDateTime time, Stream stream, boolean partial, String text) {}

    /** Reads a log; every line must have the format. */
    static ContainerLog of(Path file) throws IOException {
        String content = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        List<Line> lines = new ArrayList<>();
        String[] parts = content.split("\n", -1);
        for (int i = 0; i < parts.length; i++) {
            // Nothing follows the last end of a line.
            if (i < parts.length - 1 || !parts[i].isEmpty()) {
                lines.add(parse(parts[i]));
            }
        }
        return new ContainerLog(List.copyOf(lines));
    }

    private static Line parse(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new AssertionError("not a line of a CRI log: " + line);
        }
        return new Line(
                OffsetDateTime.parse(parts.group(1)),
                Stream.valueOf(parts.group(2).toUpperCase(Locale.ROOT)),
                parts.group(3).equals("P"),
                parts.group(4));
    }

    /** What was written to a stream. */
    String text(Stream stream) {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            if (line.stream() == stream) {
                text.append(line.text());
                if (!line.partial()) {
                    text.append('\n');
                }
            }
        }
        return text.toString();
    }
}
