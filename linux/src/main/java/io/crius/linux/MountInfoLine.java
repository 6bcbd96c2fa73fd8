package io.crius.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One line of {@code /proc/self/mountinfo}. Kernel: proc(5); it escapes blanks, line ends and backslashes in octal. */
final class MountInfoLine {
    private static final int ID = 0;
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;
    private static final int OPTIONS = 5;
    private static final int PROPAGATION = 6;
    private static final int ESCAPE_LENGTH = 4;

    private MountInfoLine() {}

    static MountInfo parse(String line) throws IOException {
        List<String> fields = List.of(line.split(" ", -1));
        int end = fields.subList(Math.min(PROPAGATION, fields.size()), fields.size())
                        .indexOf("-")
                + PROPAGATION;
        if (end < PROPAGATION || end + 3 >= fields.size()) {
            throw new IOException("a line of mountinfo that is none: " + line);
        }
        return new MountInfo(
                Long.parseLong(fields.get(ID)),
                unescape(fields.get(ROOT)),
                Path.of(unescape(fields.get(MOUNT_POINT))),
                unescape(fields.get(end + 1)),
                unescape(fields.get(end + 2)),
                options(fields.get(end + 3)),
                options(fields.get(OPTIONS)),
                fields.subList(PROPAGATION, end));
    }

    private static List<String> options(String joined) {
        return List.of(joined.split(",")).stream().map(MountInfoLine::unescape).toList();
    }

    static String unescape(String field) {
        int at = field.indexOf('\\');
        if (at < 0) {
            return field;
        }
        var text = new StringBuilder(field.length());
        int from = 0;
        while (at >= 0) {
            text.append(field, from, at);
            if (isOctal(field, at + 1)) {
                text.append((char) Integer.parseInt(field.substring(at + 1, at + ESCAPE_LENGTH), 8));
                from = at + ESCAPE_LENGTH;
            } else {
                text.append('\\');
                from = at + 1;
            }
            at = field.indexOf('\\', from);
        }
        return text.append(field, from, field.length()).toString();
    }

    private static boolean isOctal(String field, int at) {
        if (at + ESCAPE_LENGTH - 1 > field.length()) {
            return false;
        }
        for (int i = at; i < at + ESCAPE_LENGTH - 1; i++) {
            if (field.charAt(i) < '0' || field.charAt(i) > '7') {
                return false;
            }
        }
        return true;
    }
}
