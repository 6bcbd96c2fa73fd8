package io.crius.storage.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells versions of a file apart that is only ever replaced by rename. */
record Fingerprint(@Nullable Object file, Instant modified, long size) {
    static final Fingerprint ABSENT = new Fingerprint(null, Instant.EPOCH, 0);

    /** Written out: the first record whose own is asked at a program's start costs it some 30 ms. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fingerprint that
                && Objects.equals(file, that.file)
                && modified.equals(that.modified)
                && size == that.size;
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(file);
    }

    static Fingerprint of(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Fingerprint(
                    Objects.requireNonNull(attributes.fileKey(), "Linux has inode numbers"),
                    attributes.lastModifiedTime().toInstant(),
                    attributes.size());
        } catch (NoSuchFileException _) {
            return ABSENT;
        }
    }
}
