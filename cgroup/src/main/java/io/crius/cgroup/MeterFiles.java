package io.crius.cgroup;

import io.crius.linux.Descriptors;
import java.nio.file.Path;
import java.util.Optional;

/** How files of cgroups are opened for measuring. Thread-safe. */
public interface MeterFiles {
    /** Opens and closes a file for each reading. */
    MeterFiles ONCE = (folder, name) -> new MeterFile() {
        @Override
        public Optional<String> read(byte[] buffer) {
            return CgroupFiles.read(folder.resolve(name));
        }

        @Override
        public void close() {}
    };

    /** Keeps files open between readings, {@code mostOpen} of all at the most; others are opened for each reading. */
    static MeterFiles keeping(Descriptors descriptors, int mostOpen) {
        return new KeptFiles(descriptors, mostOpen);
    }

    /** A file of a cgroup. Nothing is opened before it is read. */
    MeterFile file(Path folder, String name);
}
