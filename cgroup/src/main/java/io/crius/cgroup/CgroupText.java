package io.crius.cgroup;

import io.crius.model.CriusException;
import java.util.OptionalLong;

/** The formats of cgroup files. Kernel: Documentation/admin-guide/cgroup-v2.rst, "Interface Files". */
final class CgroupText {
    /** Kernel: v1 writes "no limit" as the largest multiple of the page size; 64 KiB pages make it this small. */
    private static final long V1_UNLIMITED = Long.MAX_VALUE & -65_536L;

    private CgroupText() {}

    static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CriusException.Failed("cgroup file holds \"" + text + "\" instead of a number", e);
        }
    }

    /** A limit: v2's word "max" and v1's largest numbers are none. */
    static OptionalLong limit(String text) {
        if (text.equals("max")) {
            return OptionalLong.empty();
        }
        long limit = number(text);
        return limit >= V1_UNLIMITED || limit < 0 ? OptionalLong.empty() : OptionalLong.of(limit);
    }

    /** The number after a key at the beginning of a line, as in memory.stat, without a map of all keys. */
    static OptionalLong value(String text, String key) {
        for (int at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
            int end = at + key.length();
            boolean whole = (at == 0 || text.charAt(at - 1) == '\n') && end < text.length() && text.charAt(end) == ' ';
            if (whole) {
                int line = text.indexOf('\n', end);
                return OptionalLong.of(number(text.substring(end + 1, line < 0 ? text.length() : line)));
            }
        }
        return OptionalLong.empty();
    }

    static long valueOr0(String text, String key) {
        return value(text, key).orElse(0);
    }
}
