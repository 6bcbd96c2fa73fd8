package io.crius.config;

/** How image names without a registry are resolved. */
public enum ShortNameMode {
    ENFORCING("enforcing"),
    PERMISSIVE("permissive"),
    DISABLED("disabled");

    private final String word;

    ShortNameMode(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }
}
