package io.crius.config;

/** What becomes of volumes that an image declares. */
public enum ImageVolumes {
    MKDIR("mkdir"),
    BIND("bind"),
    IGNORE("ignore");

    private final String word;

    ImageVolumes(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }
}
