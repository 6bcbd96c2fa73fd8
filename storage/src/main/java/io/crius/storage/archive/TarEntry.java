package io.crius.storage.archive;

import io.crius.linux.RawNames;
import java.time.Instant;
import java.util.Map;

/**
 * One member of an archive as its headers describe it, extended headers applied.
 *
 * @param flag the type byte of the header
 * @param name as written, neither cleaned nor judged; bytes that are not UTF-8 as {@link RawNames} has them
 * @param linkName target of a hard or symbolic link, else empty
 * @param size bytes of data that follow
 * @param mode permission bits with setuid, setgid and sticky
 * @param accessed never before {@code modified}
 * @param device numbers of a device node, else zeros
 * @param attributes extended attributes by full name
 */
public record TarEntry(
        EntryType type,
        byte flag,
        String name,
        String linkName,
        long size,
        int mode,
        Owner owner,
        Instant modified,
        Instant accessed,
        Device device,
        Map<String, byte[]> attributes) {
    /** Numeric ids as they are in the archive. */
    public record Owner(long uid, long gid) {}

    public record Device(long major, long minor) {
        static final Device NONE = new Device(0, 0);
    }
}
