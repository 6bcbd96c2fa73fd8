package io.crius.storage.unpack;

/** Whom the files of an archive are given to. */
public enum Owners {
    /** Those that the archive names, or it is refused. */
    AS_ARCHIVED,
    /** Those that the archive names, and where the file system refuses, whoever unpacks. */
    WHERE_POSSIBLE
}
