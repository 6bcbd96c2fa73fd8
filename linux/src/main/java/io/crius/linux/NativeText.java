package io.crius.linux;

import java.nio.charset.StandardCharsets;

/**
 * Names as bytes of the kernel and as strings of Java. Names are UTF-8 by custom only: a byte that is none is kept as the
 * character U+DC00 + byte, so that every name of a file survives the way to Java and back.
 */
public final class NativeText {
    private static final char ESCAPE = 0xDC00;
    private static final int FIRST_ESCAPED = 0x80;
    private static final char REPLACEMENT = 0xFFFD;

    private NativeText() {}

    /**
     * The bytes of a name, without a zero at their end.
     *
     * @throws IllegalArgumentException where there is a zero in it, at which the kernel would take it to end
     */
    public static byte[] encode(String text) {
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("a zero in the name " + text.replace('\0', '?'));
            }
            escaped |= isEscape(c);
        }
        return escaped ? encodeEscaped(text) : text.getBytes(StandardCharsets.UTF_8);
    }

    /** The name with these bytes. */
    public static String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeEscaped(bytes);
    }

    private static boolean isEscape(char c) {
        return c >= ESCAPE + FIRST_ESCAPED && c <= ESCAPE + 0xFF;
    }

    private static byte[] encodeEscaped(String text) {
        var bytes = new java.io.ByteArrayOutputStream(text.length() + 16);
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (point <= Character.MAX_VALUE && isEscape((char) point)) {
                bytes.write(point - ESCAPE);
            } else {
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(point);
        }
        return bytes.toByteArray();
    }

    private static String decodeEscaped(byte[] bytes) {
        var text = new StringBuilder(bytes.length);
        for (int at = 0; at < bytes.length; ) {
            int length = sequence(bytes, at);
            if (length > 0) {
                text.append(new String(bytes, at, length, StandardCharsets.UTF_8));
                at += length;
            } else {
                text.append((char) (ESCAPE + (bytes[at] & 0xFF)));
                at++;
            }
        }
        return text.toString();
    }

    /** How many bytes the UTF-8 character at a place has; 0 where there is none. */
    private static int sequence(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > bytes.length) {
            return 0;
        }
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        boolean whole = text.codePointCount(0, text.length()) == 1
                && java.util.Arrays.equals(
                        text.getBytes(StandardCharsets.UTF_8), java.util.Arrays.copyOfRange(bytes, at, at + length));
        return whole ? length : 0;
    }
}
