package io.crius.config;

/** How much the daemon logs, from little to much. */
public enum LogLevel {
    FATAL("fatal"),
    PANIC("panic"),
    ERROR("error"),
    WARN("warn"),
    INFO("info"),
    DEBUG("debug"),
    TRACE("trace");

    private final String word;

    LogLevel(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }
}
