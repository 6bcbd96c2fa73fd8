package io.crius.storage.archive;

/** What an entry of an archive is. */
public enum EntryType {
    FILE,
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO,
    /** A PAX global header: settings for nobody, but a member of the stream. */
    GLOBAL_HEADER,
    /** Anything else; {@link TarEntry#flag} says what. */
    UNKNOWN;

    static EntryType of(byte flag) {
        return switch (flag) {
            case 0, '0' -> FILE;
            case '1' -> HARD_LINK;
            case '2' -> SYMLINK;
            case '3' -> CHARACTER_DEVICE;
            case '4' -> BLOCK_DEVICE;
            case '5' -> DIRECTORY;
            case '6' -> FIFO;
            case 'g' -> GLOBAL_HEADER;
            default -> UNKNOWN;
        };
    }

    /**
     * Whether data follow the header when it has a size. Compat: links, devices and folders never have any, whatever their
     * size field says.
     */
    boolean mayHaveData() {
        return this == FILE || this == UNKNOWN;
    }
}
