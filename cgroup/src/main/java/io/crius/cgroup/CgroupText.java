package io.crius.cgroup;

import io.crius.model.CriusException;
import java.util.HashMap;
import java.util.Map;
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

    /** Lines of a key and a number, as memory.stat; lines of another shape are left out. */
    static Map<String, Long> flatKeyed(String text) {
        var values = new HashMap<String, Long>();
        text.lines().forEach(line -> {
            int space = line.indexOf(' ');
            if (space > 0 && isDigits(line, space + 1)) {
                values.put(line.substring(0, space), Long.parseLong(line, space + 1, line.length(), 10));
            }
        });
        return values;
    }

    private static boolean isDigits(String line, int from) {
        return line.length() > from
                && line.length() - from < 19
                && line.chars().skip(from).allMatch(c -> c >= '0' && c <= '9');
    }
}
