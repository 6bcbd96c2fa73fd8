package io.crius.daemon.cli.ctl.session;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Documents of the inspect commands. Compat: {@code status} and the runtime's details beside one another, keys sorted. */
public final class Statuses {
    /** Go's zero time. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private Statuses() {}

    /** One object in both ways that it can be shown; each is made only when it is wanted. */
    public record Shown(Supplier<String> details, Supplier<JsonObject> document) {}

    /**
     * Reads and shows objects one after the other: a table each as it was read, documents all together at the end.
     *
     * @return the exit status of the command
     */
    public static int show(Session session, Format format, List<String> names, Function<String, Shown> read) {
        List<JsonObject> documents = new ArrayList<>();
        for (String name : names) {
            Shown shown = read.apply(name);
            if (format == Format.TABLE) {
                session.say(shown.details().get());
            } else {
                documents.add(shown.document().get());
            }
        }
        if (format != Format.TABLE) {
            session.print(together(documents), format);
        }
        return 0;
    }

    /** One document; details that hold JSON are unfolded. */
    public static JsonObject document(JsonObject status, Map<String, String> details) {
        return document(JsonObject.builder().put("status", status), details);
    }

    public static JsonObject document(JsonObject.Builder head, Map<String, String> details) {
        details.forEach((key, text) -> head.put(key, detail(text)));
        return (JsonObject) sorted(head.build());
    }

    /** Compat: one document stands alone, several are a list. */
    private static JsonValue together(List<? extends JsonValue> documents) {
        return documents.size() == 1 ? documents.getFirst() : new JsonArray(List.copyOf(documents));
    }

    private static JsonValue detail(String text) {
        if (text.startsWith("{") || text.startsWith("[")) {
            try {
                return Json.parse(text);
            } catch (CriusException.InvalidArgument _) {
                return new JsonString(text);
            }
        }
        return new JsonString(text);
    }

    private static JsonValue sorted(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                var fields = new TreeMap<String, JsonValue>();
                object.fields().forEach((key, field) -> fields.put(key, sorted(field)));
                yield JsonObject.of(fields);
            }
            case JsonArray(List<JsonValue> items) ->
                new JsonArray(items.stream().map(Statuses::sorted).toList());
            default -> value;
        };
    }

    /** Nanoseconds of the CRI in the words of RFC 3339; 0 is never. */
    public static String time(long unixNanos) {
        return unixNanos <= 0
                ? NEVER
                : OffsetDateTime.ofInstant(Instant.ofEpochSecond(0, unixNanos), ZoneId.systemDefault())
                        .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }
}
