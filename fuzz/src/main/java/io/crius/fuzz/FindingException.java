package io.crius.fuzz;

import java.util.Base64;

/** A parser did with an input what it must not do. */
public final class FindingException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 3000;

    FindingException(String target, byte[] input, String what, Throwable cause) {
        super(target + ": " + what + "; input of " + input.length + " bytes, base64: " + shown(input), cause);
    }

    FindingException(String target, byte[] input, String what) {
        super(target + ": " + what + "; input of " + input.length + " bytes, base64: " + shown(input));
    }

    private static String shown(byte[] input) {
        String text = Base64.getEncoder().encodeToString(input);
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }
}
