package io.crius.streaming.protocol;

import io.crius.streaming.session.TerminalSize;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a person's terminal, from JSON objects one after the other ({@code {"Width":80,"Height":24}}).
 * Thread-safe; the lock is held while a listener is told.
 */
final class Resizes {
    private static final int LONGEST = 1024;
    private static final Pattern WIDTH = number("width");
    private static final Pattern HEIGHT = number("height");

    private final StringBuilder text = new StringBuilder();
    private @Nullable TerminalSize last;
    private @Nullable Consumer<TerminalSize> listener;

    private static Pattern number(String key) {
        return Pattern.compile("\"" + key + "\"\\s*:\\s*(\\d{1,5})\\b", Pattern.CASE_INSENSITIVE);
    }

    synchronized void listen(Consumer<TerminalSize> told) {
        listener = told;
        if (last != null) {
            told.accept(last);
        }
    }

    /** Takes bytes as they come; what is no size is passed over. */
    synchronized void accept(byte[] buffer, int offset, int length) {
        text.append(new String(buffer, offset, length, StandardCharsets.ISO_8859_1));
        int end = text.indexOf("}");
        while (end >= 0) {
            size(text.substring(0, end));
            text.delete(0, end + 1);
            end = text.indexOf("}");
        }
        if (text.length() > LONGEST) {
            text.setLength(0);
        }
    }

    private void size(String object) {
        Matcher width = WIDTH.matcher(object);
        Matcher height = HEIGHT.matcher(object);
        if (width.find() && height.find()) {
            var size = new TerminalSize(
                    Math.min(Integer.parseInt(width.group(1)), 0xFFFF),
                    Math.min(Integer.parseInt(height.group(1)), 0xFFFF));
            last = size;
            if (listener != null) {
                listener.accept(size);
            }
        }
    }
}
