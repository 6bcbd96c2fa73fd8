package io.crius.streaming.protocol;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.streaming.session.Ending;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the error stream says at the end. */
final class StatusText {
    private StatusText() {}

    /** Spec: {@code metav1.Status}; clients find the exit code by the reason ExitCode alone. */
    static byte[] json(Ending ending) {
        return Json.writeBytes(
                switch (ending) {
                    case Ending.Success _ ->
                        JsonObject.builder().put("status", "Success").build();
                    case Ending.Exited exited -> exited(exited.code());
                    case Ending.Failed failed ->
                        JsonObject.builder()
                                .put("status", "Failure")
                                .put("message", internal(failed))
                                .put("reason", "InternalError")
                                .put("code", 500)
                                .build();
                });
    }

    private static JsonObject exited(int code) {
        JsonObject cause = JsonObject.builder()
                .put("reason", "ExitCode")
                .put("message", Integer.toString(code))
                .build();
        return JsonObject.builder()
                .put("status", "Failure")
                .put("message", "command terminated with non-zero exit code: exit status " + code)
                .put("reason", "NonZeroExitCode")
                .put(
                        "details",
                        JsonObject.builder()
                                .put("causes", JsonArray.of(List.of(cause), one -> one))
                                .build())
                .build();
    }

    /** For protocols older than v4; nothing where all went well. */
    static byte[] plain(Ending ending) {
        String text = switch (ending) {
            case Ending.Success _ -> "";
            case Ending.Exited exited -> "command terminated with non-zero exit code: exit status " + exited.code();
            case Ending.Failed failed -> internal(failed);
        };
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String internal(Ending.Failed failed) {
        return "Internal error occurred: " + failed.message();
    }
}
