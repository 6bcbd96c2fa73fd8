package io.crius.config;

/** Which driver keeps layers. */
public enum StorageDriver {
    OVERLAY("overlay"),
    VFS("vfs"),
    BTRFS("btrfs");

    private final String word;

    StorageDriver(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }
}
