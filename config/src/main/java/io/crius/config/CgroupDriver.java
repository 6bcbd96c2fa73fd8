package io.crius.config;

/** Who makes cgroups. */
public enum CgroupDriver {
    SYSTEMD("systemd"),
    CGROUPFS("cgroupfs");

    private final String word;

    CgroupDriver(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }
}
