package io.crius.cgroup;

import io.crius.linux.Descriptors;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Files that stay open between readings, as long as not too many are. Kernel: an open file does not keep its cgroup; once the
 * cgroup is removed, reading answers ENODEV.
 */
final class KeptFiles implements MeterFiles {
    private static final Set<OpenFlag> READ = Set.of(OpenFlag.RDONLY);

    private final Descriptors descriptors;
    private final Semaphore places;

    KeptFiles(Descriptors descriptors, int mostOpen) {
        this.descriptors = descriptors;
        this.places = new Semaphore(mostOpen);
    }

    @Override
    public MeterFile file(Path folder, String name) {
        return new Kept(folder, name);
    }

    private final class Kept implements MeterFile {
        private final Path folder;
        private final String name;
        private @Nullable Fd open;

        Kept(Path folder, String name) {
            this.folder = folder;
            this.name = name;
        }

        @Override
        public Optional<String> read(byte[] buffer) {
            try {
                Fd kept = open;
                return Optional.of(kept == null ? openAndRead(buffer) : text(kept, buffer));
            } catch (ErrnoException e) {
                close();
                if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENODEV) {
                    return Optional.empty();
                }
                throw new CriusException.Failed("read " + folder.resolve(name) + ": " + e.getMessage(), e);
            }
        }

        private String openAndRead(byte[] buffer) throws ErrnoException {
            Fd fresh = descriptors.open(folder.resolve(name), READ, 0);
            if (places.tryAcquire()) {
                open = fresh;
                return text(fresh, buffer);
            }
            try (fresh) {
                return text(fresh, buffer);
            }
        }

        /** Kernel: these files are made anew by a reading from the beginning. */
        private String text(Fd fd, byte[] buffer) throws ErrnoException {
            int length = descriptors.pread(fd, buffer, 0);
            if (length < buffer.length) {
                return new String(buffer, 0, length, StandardCharsets.ISO_8859_1).strip();
            }
            var whole = new StringBuilder();
            for (long position = 0; length > 0; length = descriptors.pread(fd, buffer, position)) {
                whole.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
                position += length;
            }
            return whole.toString().strip();
        }

        @Override
        public void close() {
            if (open != null) {
                open.close();
                open = null;
                places.release();
            }
        }
    }
}
