package io.crius.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The file in which a runtime or a monitor notes the number of a process. */
public final class PidFile {
    private static final int LONGEST = 10;

    private PidFile() {}

    /** The number; empty when there is no such file or no number in it. */
    public static OptionalLong read(Path file) {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (IOException _) {
            return OptionalLong.empty();
        }
        boolean number =
                !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long pid = number ? Long.parseLong(text) : 0;
        return pid > 0 ? OptionalLong.of(pid) : OptionalLong.empty();
    }
}
