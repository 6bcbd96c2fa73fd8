package io.crius.server.sandbox;

import io.crius.model.CriusException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory as people write them: {@code 64m}, {@code 1.5Gi}, {@code 1024 kB}. Compat: all units are powers of 1024. */
final class MemorySize {
    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([kmgtp]?)i?b?");
    private static final String UNITS = "kmgtp";
    private static final int UNIT_BITS = 10;

    private MemorySize() {}

    /**
     * The bytes that are meant, 1 at least.
     *
     * @throws CriusException.InvalidArgument where it is no such amount
     */
    static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new CriusException.InvalidArgument("\"" + text + "\" is not an amount of memory such as 64m or 1Gi");
        }
        String unit = matcher.group(2);
        int exponent = unit.isEmpty() ? 0 : UNITS.indexOf(unit) + 1;
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << (UNIT_BITS * exponent)));
        if (bytes.compareTo(BigDecimal.ONE) < 0 || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new CriusException.InvalidArgument("\"" + text + "\" must be greater than 0 and less than 8 EiB");
        }
        return bytes.longValue();
    }
}
