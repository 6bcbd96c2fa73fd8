package io.crius.config;

import java.util.List;

/** Which driver keeps layers. */
public enum StorageDriver {
    OVERLAY("overlay"),
    VFS("vfs"),
    BTRFS("btrfs");

    static final ValueType<StorageDriver> TYPE =
            ValueType.choice(List.of(values()), StorageDriver::word, StorageDriver::canonical);

    private final String word;

    StorageDriver(String word) {
        this.word = word;
    }

    /** As it stands in the file. */
    public String word() {
        return word;
    }

    /** Compat: empty is CRI-O's way to say nothing, {@code overlay2} another name. */
    private static String canonical(String word) throws BadValueException {
        return switch (word) {
            case "", "overlay2" -> OVERLAY.word;
            case "devicemapper", "aufs" ->
                throw new BadValueException(
                        "\"" + word + "\" was given up by all tools of the family; use \"overlay\", and"
                                + " pull the images again into a new root");
            case "zfs" ->
                throw new BadValueException(
                        "\"zfs\" is not supported; use \"overlay\", which works on ZFS since OpenZFS 2.2, or \"vfs\"");
            default -> word;
        };
    }
}
