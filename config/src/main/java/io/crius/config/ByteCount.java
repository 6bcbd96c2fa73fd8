package io.crius.config;

import java.util.Locale;

/** Sizes such as {@code 12MiB}, {@code 500k} or {@code 1048576}: multiples are always of 1024. */
final class ByteCount {
    private static final String UNITS = "kmgt";

    private ByteCount() {}

    static long read(RawValue raw) throws BadValueException {
        return switch (raw) {
            case RawValue.Whole(long value) when value >= 0 -> value;
            case RawValue.Text(String text) -> parse(text);
            default -> throw BadValueException.expected("a size such as \"12MiB\"", raw);
        };
    }

    private static long parse(String text) throws BadValueException {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < lower.length() && Character.isDigit(lower.charAt(digits))) {
            digits++;
        }
        try {
            return Math.multiplyExact(Long.parseLong(lower.substring(0, digits)), multiple(lower.substring(digits)));
        } catch (NumberFormatException | ArithmeticException _) {
            throw new BadValueException("expected a size such as \"12MiB\" or \"500k\", found " + Toml.quote(text));
        }
    }

    private static long multiple(String unit) {
        String letter = unit.strip().replaceFirst("i?b$", "");
        if (letter.isEmpty()) {
            return 1;
        }
        int power = UNITS.indexOf(letter) + 1;
        if (power == 0 || letter.length() > 1) {
            throw new NumberFormatException(unit);
        }
        return 1L << (10 * power);
    }

    static String format(long bytes) {
        if (bytes != 0 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "MiB";
        }
        if (bytes != 0 && bytes % (1 << 10) == 0) {
            return (bytes >> 10) + "KiB";
        }
        return Long.toString(bytes);
    }
}
