package io.crius.config;

/** Which CPUs the commands of exec run on. */
public enum ExecCpus {
    /** All of the container. */
    ALL(""),
    /** The first of those that it shares, else of its own. */
    FIRST("first");

    private final String word;

    ExecCpus(String word) {
        this.word = word;
    }

    /** As crio.conf has it. */
    public String word() {
        return word;
    }
}
