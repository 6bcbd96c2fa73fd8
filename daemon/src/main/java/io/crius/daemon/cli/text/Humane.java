package io.crius.daemon.cli.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;

/** Sizes, ages and ids as crictl shows them. */
public final class Humane {
    private static final int SHORT_ID = 13;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final String SHA256 = "sha256:";

    private Humane() {}

    /** A size in powers of 1000 with so many digits: {@code 4.27MB}. */
    public static String size(long bytes, int digits) {
        double rest = bytes;
        int unit = 0;
        while (rest >= 1000 && unit < UNITS.length - 1) {
            rest /= 1000;
            unit++;
        }
        BigDecimal rounded = new BigDecimal(rest).round(new MathContext(digits));
        String number =
                rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
        return number + UNITS[unit];
    }

    /** {@code About a minute ago}. */
    public static String ago(Instant then, Instant now) {
        return duration(Duration.between(then, now)) + " ago";
    }

    /** As {@link #ago(Instant, Instant)} for the nanoseconds of the CRI. */
    public static String ago(long unixNanos, Instant now) {
        return ago(Instant.ofEpochSecond(0, unixNanos), now);
    }

    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        } else if (seconds == 1) {
            return "1 second";
        } else if (seconds < 60) {
            return seconds + " seconds";
        } else if (seconds < 120) {
            return "About a minute";
        } else if (seconds < 3600) {
            return seconds / 60 + " minutes";
        }
        return hours((seconds + 1800) / 3600);
    }

    private static String hours(long hours) {
        if (hours == 1) {
            return "About an hour";
        } else if (hours < 48) {
            return hours + " hours";
        } else if (hours < 24 * 14) {
            return hours / 24 + " days";
        } else if (hours < 24 * 60) {
            return hours / 24 / 7 + " weeks";
        } else if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return hours / 24 / 365 + " years";
    }

    /** The first thirteen digits, without the name of the hash. */
    public static String shortId(String id) {
        String digits = id.startsWith(SHA256) ? id.substring(SHA256.length()) : id;
        return digits.substring(0, Math.min(SHORT_ID, digits.length()));
    }

    /** An image as a container names it: shortened where it is an id, else as it is. */
    public static String image(String image) {
        boolean id = image.startsWith(SHA256)
                || (image.length() == 64 && image.chars().allMatch(c -> Character.digit(c, 16) >= 0));
        return id ? shortId(image) : image;
    }
}
