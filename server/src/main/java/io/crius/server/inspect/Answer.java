package io.crius.server.inspect;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonValue;

/** An answer over HTTP. */
public record Answer(int status, String contentType, String body) {
    public static Answer json(JsonValue value) {
        return new Answer(200, "application/json", Json.write(value));
    }

    public static Answer text(String body) {
        return new Answer(200, "text/plain; charset=utf-8", body);
    }

    public static Answer error(int status, String message) {
        return new Answer(status, "text/plain; charset=utf-8", message + "\n");
    }
}
