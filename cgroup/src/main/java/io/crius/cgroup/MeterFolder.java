package io.crius.cgroup;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The files of one cgroup in one hierarchy, for measuring. Not thread-safe. */
final class MeterFolder implements AutoCloseable {
    private final MeterFiles files;
    private final Path folder;
    private final Map<String, MeterFile> known = new HashMap<>();

    MeterFolder(MeterFiles files, Path folder) {
        this.files = files;
        this.folder = folder;
    }

    boolean exists() {
        return new CgroupFolder(folder).exists();
    }

    Path folder() {
        return folder;
    }

    Optional<String> text(String name, byte[] buffer) {
        return known.computeIfAbsent(name, n -> files.file(folder, n)).read(buffer);
    }

    OptionalLong number(String name, byte[] buffer) {
        Optional<String> text = text(name, buffer);
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(CgroupText.number(text.get()));
    }

    OptionalLong limit(String name, byte[] buffer) {
        return text(name, buffer).map(CgroupText::limit).orElse(OptionalLong.empty());
    }

    Optional<Pressure> pressure(String name, byte[] buffer) {
        return text(name, buffer).map(Pressure::parse);
    }

    @Override
    public void close() {
        known.values().forEach(MeterFile::close);
    }
}
