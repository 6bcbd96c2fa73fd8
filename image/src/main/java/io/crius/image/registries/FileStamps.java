package io.crius.image.registries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which files there were, and what tells whether they are still the same. */
record FileStamps(List<Stamp> files) {
    /** Of a file that does not exist, or cannot be looked at, only the path is known. */
    record Stamp(Path path, @Nullable Object key, @Nullable FileTime changed, long size) {}

    FileStamps {
        files = List.copyOf(files);
    }

    static FileStamps of(List<Path> paths) {
        return new FileStamps(paths.stream().map(FileStamps::stamp).toList());
    }

    FileStamps and(Path more) {
        List<Stamp> all = new ArrayList<>(files);
        all.add(stamp(more));
        return new FileStamps(all);
    }

    private static Stamp stamp(Path path) {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Stamp(path, attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        } catch (IOException _) {
            return new Stamp(path, null, null, -1);
        }
    }
}
