package io.crius.cgroup;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A line of /proc/self/mountinfo (proc_pid_mountinfo(5)), as far as cgroups need it. */
record MountLine(Path mountPoint, String type, Set<String> superOptions) {
    /** {@code 36 35 98:0 /root /mount/point rw,noatime master:1 - type source rw,options} */
    static Optional<MountLine> parse(String line) {
        int separator = line.indexOf(" - ");
        if (separator < 0) {
            return Optional.empty();
        }
        String[] before = line.substring(0, separator).split(" ");
        String[] after = line.substring(separator + 3).split(" ");
        if (before.length < 6 || after.length < 3) {
            return Optional.empty();
        }
        return Optional.of(new MountLine(Path.of(unescape(before[4])), after[0], options(after[2])));
    }

    private static Set<String> options(String list) {
        return Arrays.stream(list.split(",")).collect(Collectors.toUnmodifiableSet());
    }

    /** Kernel: space, tab, newline and backslash are written as three octal digits. */
    private static String unescape(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
