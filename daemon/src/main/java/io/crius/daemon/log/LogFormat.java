package io.crius.daemon.log;

import java.util.Arrays;
import java.util.Optional;

/** How a line of the log is written. */
public enum LogFormat {
    TEXT("text"),
    JSON("json");

    private final String word;

    LogFormat(String word) {
        this.word = word;
    }

    /** As the command line has it. */
    public String word() {
        return word;
    }

    public static Optional<LogFormat> of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word.equals(word))
                .findFirst();
    }
}
