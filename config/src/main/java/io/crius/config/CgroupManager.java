package io.crius.config;

/** Who makes cgroups. */
public enum CgroupManager {
    SYSTEMD("systemd"),
    CGROUPFS("cgroupfs");

    private final String word;

    CgroupManager(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }
}
