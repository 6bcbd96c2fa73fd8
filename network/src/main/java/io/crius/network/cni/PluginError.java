package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.OptionalInt;

/** What a plugin that exited with an error says about it on its standard output (specification 1.1.0, section 5). */
record PluginError(OptionalInt code, String text) {
    private static final int TRY_AGAIN_LATER = 11;
    private static final int NOT_AVAILABLE = 50;
    private static final int NOT_AVAILABLE_LIMITED = 51;
    private static final int EXCERPT = 1024;

    static PluginError read(String output, int status) {
        if (output.isBlank()) {
            return new PluginError(OptionalInt.empty(), "exit status " + status + " without an error message");
        }
        try {
            if (Json.parse(output) instanceof JsonObject object) {
                return of(object);
            }
        } catch (CriusException.InvalidArgument _) {
            // Not JSON: told as it is, below.
        }
        return new PluginError(OptionalInt.empty(), "exit status " + status + ": " + excerpt(output));
    }

    /** Whether a later try may succeed although nobody changes anything. */
    boolean isTransient() {
        return code.isPresent()
                && switch (code.getAsInt()) {
                    case TRY_AGAIN_LATER, NOT_AVAILABLE, NOT_AVAILABLE_LIMITED -> true;
                    default -> false;
                };
    }

    /** One line of a plugin's words, cut to a length that a log line bears. */
    static String excerpt(String words) {
        String line = words.strip().replaceAll("\\s*\\R\\s*", " | ");
        return '"' + (line.length() <= EXCERPT ? line : "…" + line.substring(line.length() - EXCERPT)) + '"';
    }

    private static PluginError of(JsonObject object) {
        OptionalInt code = object.integer32("code");
        String message = Fields.text(object, "msg").orElse("no message");
        String details = Fields.text(object, "details").map(text -> ": " + text).orElse("");
        String number = code.isPresent() ? " (code " + code.getAsInt() + ")" : "";
        return new PluginError(code, message + details + number);
    }
}
