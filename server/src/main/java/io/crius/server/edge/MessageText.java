package io.crius.server.edge;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A message as one line for the log: its fields by name, the first ones of long lists, a few kilobytes at most.
 *
 * <p>Safety: left out are credentials, values of environment variables and of annotations, what commands wrote, the URLs of
 * sessions, which are their keys, and fields that this version does not know.
 */
final class MessageText {
    private static final int LONGEST = 4096;
    private static final int LARGEST_MESSAGE = 64 << 10;
    private static final long MOST_OF_A_LIST = 8;

    /** Compat: those that the proto marks with {@code debug_redact}, and what else is nobody's business. */
    private static final Set<String> SECRETS =
            Set.of("password", "auth", "identity_token", "registry_token", "url", "stdout", "stderr");

    /** Of their entries the key is shown alone. */
    private static final Set<String> MAPS_OF_SECRETS = Set.of("envs", "annotations", "info");

    private static final String LEFT_OUT = "(left out)";

    /** Spec: protobuf's text format, one line for a field, and for the beginning and the end of a message. */
    private static final Pattern LINE = Pattern.compile("\\s*([a-z_][a-z0-9_]*)(:| \\{)(.*)");

    /** A field with its text, or with what is in it. */
    private record Field(String name, String text, List<Field> inner) {}

    private MessageText() {}

    @SuppressWarnings("LiteProtoToString") // nothing shrinks the classes of this program, and the text is for people
    static String of(MessageLite message) {
        int size = message.getSerializedSize();
        if (size > LARGEST_MESSAGE) {
            return "{" + size + " bytes}";
        }
        // The first line has the type and a number.
        Iterator<String> lines = message.toString().lines().skip(1).iterator();
        String text = text(read(lines), Set.of());
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private static List<Field> read(Iterator<String> lines) {
        var fields = new ArrayList<Field>();
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.strip().equals("}")) {
                return fields;
            }
            Matcher known = LINE.matcher(line);
            boolean isKnown = known.matches();
            List<Field> inner = line.endsWith(" {") ? read(lines) : List.of();
            if (isKnown) {
                fields.add(new Field(known.group(1), known.group(3).strip(), inner));
            }
        }
        return fields;
    }

    private static String text(List<Field> fields, Set<String> hidden) {
        var counts = fields.stream().collect(Collectors.groupingBy(Field::name, Collectors.counting()));
        var shown = new StringJoiner(", ", "{", "}");
        String before = "";
        long index = 0;
        for (Field field : fields) {
            index = field.name().equals(before) ? index + 1 : 0;
            before = field.name();
            long count = counts.getOrDefault(before, 0L);
            if (index < MOST_OF_A_LIST) {
                shown.add(text(field, hidden));
            } else if (index == MOST_OF_A_LIST) {
                shown.add(before + ": and " + (count - index) + " more");
            }
        }
        return shown.toString();
    }

    private static String text(Field field, Set<String> hidden) {
        String name = field.name();
        if (SECRETS.contains(name) || hidden.contains(name)) {
            return name + ": " + LEFT_OUT;
        }
        Set<String> below = MAPS_OF_SECRETS.contains(name) ? Set.of("value") : Set.of();
        return name + ": " + (field.text().isEmpty() ? text(field.inner(), below) : field.text());
    }
}
