package io.crius.storage;

import io.crius.model.CriusException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The storage drivers, by the names that configuration and folders have. */
public enum DriverKind {
    OVERLAY("overlay"),
    VFS("vfs"),
    BTRFS("btrfs");

    private final String word;

    DriverKind(String word) {
        this.word = word;
    }

    /** As in {@code storage_driver}, and as folders of the store begin. */
    public String word() {
        return word;
    }

    /**
     * Compat: {@code overlay2} is another name of overlay.
     *
     * @throws CriusException.InvalidArgument there is no such driver; the message says what to use
     */
    public static DriverKind of(String word) {
        String name = word.equals("overlay2") ? "overlay" : word;
        return Arrays.stream(values())
                .filter(kind -> kind.word.equals(name))
                .findFirst()
                .orElseThrow(() -> new CriusException.InvalidArgument("storage driver \"" + word + "\" " + why(word)));
    }

    private static String why(String word) {
        String known = Arrays.stream(values()).map(DriverKind::word).collect(Collectors.joining(", "));
        return switch (word) {
            case "devicemapper", "aufs" ->
                "was given up by all tools of the family; move to \"overlay\": pull the images again into a new root";
            case "zfs" -> "is not supported; use \"overlay\", which works on ZFS since OpenZFS 2.2, or \"vfs\"";
            default -> "is not known; use one of " + known;
        };
    }
}
