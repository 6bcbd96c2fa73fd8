package io.crius.runtime.conmon;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the monitor says about a creation, once, as a line of JSON: {@code {"pid": 4711}}, or
 * {@code {"pid": -1, "message": "<the runtime's standard error>"}}.
 *
 * @param pid the container's first process; not positive means that there is none
 */
record SyncMessage(long pid, Optional<String> message) {
    /** Longer lines are not the monitor's: it cuts messages at 8 KiB and escapes a byte with six at most. */
    static final int LONGEST = 64 << 10;

    /** @throws CriusException.InvalidArgument for anything but such a line */
    static SyncMessage parse(byte[] line) {
        // The runtime's text is passed on byte by byte and need not be UTF-8; what is not becomes U+FFFD here.
        JsonObject object = Json.parseObject(new String(line, StandardCharsets.UTF_8), "monitor message");
        long pid = object.requireInteger(object.has("pid") ? "pid" : "data", "monitor message");
        return new SyncMessage(pid, object.string("message"));
    }
}
