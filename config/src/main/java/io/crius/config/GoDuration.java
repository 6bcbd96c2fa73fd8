package io.crius.config;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as Go writes them: {@code 1h30m}, {@code 200ms}, {@code 0s}, {@code 1.5s}. */
final class GoDuration {
    private static final String[] UNITS = {"ns", "us", "µs", "ms", "s", "m", "h"};
    private static final long[] NANOS = {1, 1_000, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L
    };

    /** Compat: Go counts nanoseconds in 64 bits. */
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private GoDuration() {}

    static Duration read(RawValue raw) throws BadValueException {
        if (!(raw instanceof RawValue.Text(String text))) {
            throw BadValueException.expected("a duration such as \"10s\"", raw);
        }
        return parse(text);
    }

    /** Compat: an empty text is no duration at all, which every option reads as zero. */
    private static Duration parse(String text) throws BadValueException {
        if (text.isEmpty() || text.equals("0")) {
            return Duration.ZERO;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < text.length()) {
            int number = endOf(text, at, true);
            int unit = endOf(text, number, false);
            nanos = nanos.add(part(text, at, number, unit));
            at = unit;
        }
        if (nanos.compareTo(LONGEST) > 0) {
            throw malformed(text);
        }
        return Duration.ofNanos(nanos.longValue());
    }

    private static BigDecimal part(String text, int from, int number, int unit) throws BadValueException {
        String name = text.substring(number, unit);
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(name) && number > from) {
                return amount(text, from, number).multiply(BigDecimal.valueOf(NANOS[i]));
            }
        }
        throw malformed(text);
    }

    private static BigDecimal amount(String text, int from, int to) throws BadValueException {
        try {
            return new BigDecimal(text.substring(from, to));
        } catch (NumberFormatException _) {
            throw malformed(text);
        }
    }

    private static int endOf(String text, int from, boolean number) {
        int at = from;
        while (at < text.length() && isNumeric(text.charAt(at)) == number) {
            at++;
        }
        return at;
    }

    private static boolean isNumeric(char c) {
        return (c >= '0' && c <= '9') || c == '.';
    }

    private static BadValueException malformed(String text) {
        return new BadValueException(
                "expected a duration such as \"10s\", \"200ms\" or \"1h30m\", found " + Toml.quote(text));
    }

    static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        append(text, duration.toNanosPart() % 1_000_000, "ns");
        return text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(amount).append(unit);
        }
    }
}
