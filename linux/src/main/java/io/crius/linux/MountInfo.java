package io.crius.linux;

import java.nio.file.Path;
import java.util.List;

/**
 * A line of {@code /proc/self/mountinfo}. Kernel: proc_pid_mountinfo(5).
 *
 * @param root the part of the file system that is shown
 * @param type of the file system
 * @param source what was mounted, as the file system names it
 * @param superOptions options of the file system itself
 */
public record MountInfo(long id, String root, Path mountPoint, String type, String source, List<String> superOptions) {
    static MountInfo parse(String line) {
        String[] fields = line.split(" ");
        int separator = 6;
        while (!fields[separator].equals("-")) {
            separator++;
        }
        return new MountInfo(
                Long.parseLong(fields[0]),
                unescaped(fields[3]),
                Path.of(unescaped(fields[4])),
                fields[separator + 1],
                unescaped(fields[separator + 2]),
                List.of(fields[separator + 3].split(",")));
    }

    /** The kernel writes white space and backslashes as three octal digits. */
    private static String unescaped(String text) {
        int backslash = text.indexOf('\\');
        if (backslash < 0) {
            return text;
        }
        var plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 3 < text.length()) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }
}
