package io.crius.linux;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * File names as strings, without loss. Kernel: a name is bytes, not text. Bytes that are not UTF-8 become the lone
 * surrogates U+DC80 to U+DCFF, which no UTF-8 text contains, and turn into the same bytes again.
 */
public final class RawNames {
    private static final int ESCAPE = 0xDC00;

    private RawNames() {}

    public static String decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    public static String decode(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] < 0) {
                return decodeSlowly(bytes, offset, length);
            }
        }
        return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }

    /** Whether the name has bytes that are not UTF-8. */
    public static boolean isEscaped(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (isEscape(name, i)) {
                return true;
            }
        }
        return false;
    }

    public static byte[] encode(String name) {
        if (!isEscaped(name)) {
            return name.getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[name.length() * 3];
        int size = 0;
        for (int i = 0; i < name.length(); i++) {
            if (isEscape(name, i)) {
                bytes[size++] = (byte) (name.charAt(i) - ESCAPE);
                continue;
            }
            int codePoint = name.codePointAt(i);
            byte[] part = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
            System.arraycopy(part, 0, bytes, size, part.length);
            size += part.length;
            i += Character.charCount(codePoint) - 1;
        }
        return Arrays.copyOf(bytes, size);
    }

    private static boolean isEscape(String name, int at) {
        char c = name.charAt(at);
        return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xFF && (at == 0 || !Character.isHighSurrogate(name.charAt(at - 1)));
    }

    private static String decodeSlowly(byte[] bytes, int offset, int length) {
        var text = new StringBuilder(length);
        int at = offset;
        while (at < offset + length) {
            int size = utf8Length(bytes, at, offset + length);
            if (size == 0) {
                text.append((char) (ESCAPE + (bytes[at++] & 0xFF)));
            } else {
                text.append(new String(bytes, at, size, StandardCharsets.UTF_8));
                at += size;
            }
        }
        return text.toString();
    }

    /** The length of the valid UTF-8 sequence at this place; 0 where there is none. */
    private static int utf8Length(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xFF;
        int size = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (size == 0 || at + size > end) {
            return 0;
        }
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, at, size));
            return size;
        } catch (CharacterCodingException _) {
            return 0;
        }
    }
}
