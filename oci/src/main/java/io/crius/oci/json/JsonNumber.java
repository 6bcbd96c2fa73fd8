package io.crius.oci.json;

import io.crius.model.CriusException;
import java.math.BigDecimal;

/** A number with the exact text it was read from, so that rewriting a document never changes one. */
public record JsonNumber(String text) implements JsonValue {
    /** Refuses a text that is not a JSON number. */
    public JsonNumber {
        if (!NumberGrammar.matches(text)) {
            throw new CriusException.InvalidArgument("\"" + text + "\" is not a JSON number");
        }
    }

    /** A whole number. */
    public static JsonNumber of(long number) {
        return new JsonNumber(Long.toString(number));
    }

    /** A whole number out of the range of Go's {@code uint64}, whose bits are given. */
    public static JsonNumber ofUnsigned(long bits) {
        return new JsonNumber(Long.toUnsignedString(bits));
    }

    /** A decimal number; infinities and NaN have no JSON text and are refused. */
    public static JsonNumber of(double number) {
        return new JsonNumber(Double.toString(number));
    }

    /** The number as a long; one with a fraction or out of range is refused. */
    public long longValue() {
        try {
            return text.length() < 19 && isPlain() ? Long.parseLong(text) : new BigDecimal(text).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new CriusException.InvalidArgument(text + " is not a whole number of 64 bits", e);
        }
    }

    /** The number as an int; one with a fraction or out of range is refused. */
    public int intValue() {
        long value = longValue();
        if (value != (int) value) {
            throw new CriusException.InvalidArgument(text + " is not a whole number of 32 bits");
        }
        return (int) value;
    }

    /** The bits of a number out of the range of Go's {@code uint64}. */
    public long unsignedLongValue() {
        try {
            return isPlain() ? Long.parseUnsignedLong(text) : Long.parseUnsignedLong(wholeText());
        } catch (ArithmeticException | NumberFormatException e) {
            throw new CriusException.InvalidArgument(text + " is not an unsigned whole number of 64 bits", e);
        }
    }

    /** The nearest double. */
    public double doubleValue() {
        return Double.parseDouble(text);
    }

    private boolean isPlain() {
        return text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    }

    /** Safety: the range is checked first, since 1e999999999 as plain text would fill the memory. */
    private String wholeText() {
        BigDecimal value = new BigDecimal(text);
        if (value.precision() - (long) value.scale() > 20) {
            throw new ArithmeticException("out of range");
        }
        return value.toBigIntegerExact().toString();
    }
}
