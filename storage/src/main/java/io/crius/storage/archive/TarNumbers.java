package io.crius.storage.archive;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;

/** Numbers in tar headers: octal text, GNU's binary form, and the decimal texts of PAX. */
final class TarNumbers {
    private static final Pattern PAX_TIME = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]*)?");
    private static final Pattern PAX_NUMBER = Pattern.compile("[0-9]{1,19}");

    private TarNumbers() {}

    /** A number field of a header block. */
    static long field(byte[] block, int offset, int length, String what) throws MalformedArchiveException {
        return (block[offset] & 0x80) != 0 ? binary(block, offset, length, what) : octal(block, offset, length, what);
    }

    /** The digits of a PAX record. */
    static long decimal(String text, String what) throws MalformedArchiveException {
        try {
            if (PAX_NUMBER.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException _) {
            // above what 63 bits hold: malformed as well
        }
        throw new MalformedArchiveException("tar: " + what + " \"" + text + "\" is not a number");
    }

    /** Seconds with a fraction; digits beyond nanoseconds are cut off. */
    static Instant time(String text, String what) throws MalformedArchiveException {
        if (!PAX_TIME.matcher(text).matches()) {
            throw new MalformedArchiveException("tar: " + what + " \"" + text + "\" is not a time");
        }
        var exact = new BigDecimal(text.endsWith(".") ? text + "0" : text).setScale(9, RoundingMode.DOWN);
        BigDecimal seconds = exact.setScale(0, RoundingMode.FLOOR);
        return instant(
                seconds.longValueExact(),
                exact.subtract(seconds).movePointRight(9).longValueExact());
    }

    static Instant seconds(long seconds) throws MalformedArchiveException {
        return instant(seconds, 0);
    }

    private static Instant instant(long seconds, long nanos) throws MalformedArchiveException {
        if (seconds > Instant.MAX.getEpochSecond() || seconds < Instant.MIN.getEpochSecond()) {
            throw new MalformedArchiveException("tar: time " + seconds + " is out of range");
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    /** Base 256, two's complement, the first bit being only a mark. */
    private static long binary(byte[] block, int offset, int length, String what) throws MalformedArchiveException {
        boolean negative = (block[offset] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int next = block[offset + i] & 0xFF;
            if (i == 0) {
                next = negative ? next | 0x80 : next & 0x7F;
            }
            boolean fits = negative ? value >= Long.MIN_VALUE >> 8 : value <= Long.MAX_VALUE >> 8;
            if (!fits) {
                throw new MalformedArchiveException("tar: " + what + " is larger than 63 bits");
            }
            value = value << 8 | next;
        }
        return value;
    }

    private static long octal(byte[] block, int offset, int length, String what) throws MalformedArchiveException {
        int from = offset;
        int to = offset + length;
        while (from < to && isFiller(block[from])) {
            from++;
        }
        while (to > from && isFiller(block[to - 1])) {
            to--;
        }
        long value = 0;
        for (int i = from; i < to && block[i] != 0; i++) {
            int digit = block[i] - '0';
            if (digit < 0 || digit > 7 || value > Long.MAX_VALUE >> 3) {
                String text = new String(block, offset, length, StandardCharsets.ISO_8859_1);
                throw new MalformedArchiveException(
                        "tar: " + what + " \"" + printable(text) + "\" is not an octal number");
            }
            value = value << 3 | digit;
        }
        return value;
    }

    private static boolean isFiller(byte b) {
        return b == ' ' || b == 0;
    }

    private static String printable(String text) {
        return text.chars()
                .mapToObj(c -> c >= ' ' && c < 0x7F ? Character.toString(c) : String.format("\\x%02x", c))
                .reduce("", String::concat);
    }
}
