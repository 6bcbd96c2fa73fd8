package io.crius.daemon.cli.ctl.session;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the server said, in the words of a person who has to do something about it. */
public final class Failures {
    private Failures() {}

    public static String describe(StatusRuntimeException failure, Settings settings) {
        Status status = failure.getStatus();
        String text = status.getDescription() == null ? "" : status.getDescription();
        return switch (status.getCode()) {
            case UNAVAILABLE -> unreachable(settings.runtime(), text, status.getCause());
            case UNIMPLEMENTED -> "the runtime does not offer this: " + text + " (Unimplemented)";
            case DEADLINE_EXCEEDED ->
                text + " (DeadlineExceeded; --timeout is " + settings.timeout().toSeconds() + " s)";
            default -> text + " (" + name(status.getCode()) + ")";
        };
    }

    private static String unreachable(Path socket, String text, @org.jspecify.annotations.Nullable Throwable cause) {
        if (!Files.exists(socket)) {
            return "there is no socket " + socket + ": is the daemon running? --runtime-endpoint names another one";
        }
        if (!Files.isWritable(socket)) {
            return "the socket " + socket + " may not be used by this user";
        }
        return "nobody answers at " + socket + ": " + (cause == null ? text : text + ": " + cause.getMessage());
    }

    /** {@code NOT_FOUND} as Go writes it, {@code NotFound}. */
    private static String name(Status.Code code) {
        var name = new StringBuilder();
        for (String word : code.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        return name.toString();
    }
}
