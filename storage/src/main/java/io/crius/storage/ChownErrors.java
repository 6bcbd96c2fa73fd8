package io.crius.storage;

/** What becomes of owners that the file system refuses to give to a file that is being unpacked. */
public enum ChownErrors {
    /** The layer is refused. */
    FATAL,
    /** The file stays its unpacker's: {@code ignore_chown_errors} of storage.conf. */
    IGNORED
}
