package io.crius.oci.runtime;

import io.crius.oci.json.JsonObject;
import java.util.List;
import java.util.OptionalInt;

/**
 * A program that the OCI runtime starts at some stage.
 *
 * @param args with argv[0]
 * @param timeoutSeconds after which the hook is killed
 */
public record Hook(String path, List<String> args, List<String> env, OptionalInt timeoutSeconds) {
    public Hook {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }

    public static Hook fromJson(JsonObject json) {
        return new Hook(
                json.requireString("path", "hook"),
                json.strings("args"),
                json.strings("env"),
                json.integer32("timeout"));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("path", path)
                .strings("args", args)
                .strings("env", env)
                .put("timeout", timeoutSeconds)
                .build();
    }
}
