package io.crius.server.container.vendor;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of a few folders, parsed once for each version of a file. Thread-safe by its own lock.
 *
 * <p>Kernel: a file counts as changed when its time, size or inode did, as for make(1).
 */
final class VendorFiles<T> {
    private static final System.Logger LOG = System.getLogger(VendorFiles.class.getName());

    /** Safety: nobody writes so much by hand. */
    private static final long LARGEST = 4 << 20;

    /** Turns the bytes of a file into what it says; throws {@link CriusException.InvalidArgument} where it cannot. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(Path file, byte[] content);
    }

    /**
     * A file as it is now.
     *
     * @param priority the place of its folder in the list; a later folder counts more
     * @param content empty for a bad file
     */
    record Entry<T>(Path file, int priority, Optional<T> content) {}

    private record Version(
            FileTime changed, long size, @Nullable Object inode) {}

    private record Known<T>(Version version, Optional<T> content) {}

    private final List<Path> folders;
    private final List<String> suffixes;
    private final Parser<T> parser;
    private final ReentrantLock lock = new ReentrantLock();
    private Map<Path, Known<T>> known = Map.of();

    VendorFiles(List<Path> folders, List<String> suffixes, Parser<T> parser) {
        this.folders = List.copyOf(folders);
        this.suffixes = List.copyOf(suffixes);
        this.parser = parser;
    }

    /** All files now, folder by folder in order, by name within each. A folder that is missing has none. */
    List<Entry<T>> current() {
        lock.lock();
        try {
            var next = new HashMap<Path, Known<T>>();
            var entries = new ArrayList<Entry<T>>();
            for (int priority = 0; priority < folders.size(); priority++) {
                for (Path file : files(folders.get(priority))) {
                    Optional<Known<T>> found = look(file);
                    if (found.isPresent()) {
                        next.put(file, found.get());
                        entries.add(new Entry<>(file, priority, found.get().content()));
                    }
                }
            }
            known = next;
            return entries;
        } finally {
            lock.unlock();
        }
    }

    private List<Path> files(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(file -> suffixes.stream()
                            .anyMatch(suffix -> Objects.requireNonNull(file.getFileName())
                                    .toString()
                                    .endsWith(suffix)))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        } catch (IOException e) {
            LOG.log(WARNING, () -> "folder " + folder + " cannot be read: " + e);
            return List.of();
        }
    }

    /** Empty for what is no file, or went away meanwhile. */
    private Optional<Known<T>> look(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            var version = new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            if (!attributes.isRegularFile()) {
                return Optional.empty();
            }
            Known<T> before = known.get(file);
            return Optional.of(before != null && before.version().equals(version) ? before : read(file, version));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.log(WARNING, () -> file + " cannot be read: " + e);
            return Optional.empty();
        }
    }

    private Known<T> read(Path file, Version version) throws IOException {
        try {
            if (version.size() > LARGEST) {
                throw new CriusException.InvalidArgument(file + ": it is larger than " + LARGEST + " bytes");
            }
            return new Known<>(version, Optional.of(parser.parse(file, Files.readAllBytes(file))));
        } catch (CriusException.InvalidArgument e) {
            LOG.log(WARNING, () -> e.getMessage() + "; the file is left out until it is mended");
            return new Known<>(version, Optional.empty());
        }
    }
}
