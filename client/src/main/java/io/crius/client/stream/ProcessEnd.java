package io.crius.client.stream;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a remote process, or the attachment to it, ended.
 *
 * @param exitCode 0 where all went well, also for an attachment that ended in order; -1 where there is no exit code
 * @param message the server's words where it did not go well, else empty
 */
public record ProcessEnd(int exitCode, String message) {
    /** There is no exit code: the command was not run, or the connection was lost. */
    public static final int NO_CODE = -1;

    private static final Pattern CODE =
            Pattern.compile("\"reason\"\\s*:\\s*\"ExitCode\"\\s*,\\s*\"message\"\\s*:\\s*\"(\\d+)\"");
    private static final Pattern SUCCESS = Pattern.compile("\"status\"\\s*:\\s*\"Success\"");
    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Reads what came on the error channel. Spec: a {@code metav1.Status} with v4 and v5, plain text with older protocols. */
    static ProcessEnd parse(String text) {
        if (text.isEmpty() || SUCCESS.matcher(text).find()) {
            return new ProcessEnd(0, "");
        }
        Matcher code = CODE.matcher(text);
        Matcher message = MESSAGE.matcher(text);
        return new ProcessEnd(
                code.find() ? Integer.parseInt(code.group(1)) : NO_CODE,
                message.find() ? unescaped(message.group(1)) : text.strip());
    }

    static ProcessEnd lost(String why) {
        return new ProcessEnd(NO_CODE, why);
    }

    private static String unescaped(String text) {
        return text.translateEscapes();
    }
}
