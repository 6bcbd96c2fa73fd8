package io.crius.cgroup;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/** The files of cgroup folders. */
final class CgroupFiles {
    private CgroupFiles() {}

    /** The text of a file, unless it or its cgroup is not there or goes away while it is read. */
    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // Kernel: reading an open file of a cgroup that was removed answers ENODEV.
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            throw new CriusException.Failed("read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Limits huge pages in use and, where the kernel counts them, those put by for later. */
    static void limitHugepages(CgroupFolder folder, String used, String reserved, String value) {
        Path file = folder.file(used);
        if (!Files.exists(file)) {
            throw new CriusException.InvalidArgument("limit huge pages: there is no " + file
                    + ": the node has no pages of that size, or no hugetlb controller in this cgroup");
        }
        try {
            write(file, value);
            if (Files.exists(folder.file(reserved))) {
                write(folder.file(reserved), value);
            }
        } catch (IOException e) {
            throw new CriusException.Failed("write " + value + " to " + file + ": " + e.getMessage(), e);
        }
    }

    static OptionalLong number(Path file) {
        return read(file).map(text -> OptionalLong.of(CgroupText.number(text))).orElse(OptionalLong.empty());
    }

    static OptionalLong limit(Path file) {
        return read(file).map(CgroupText::limit).orElse(OptionalLong.empty());
    }

    /** Writes to a file that may not be there, as its cgroup may not. */
    static void writeIfThere(Path file, String value) {
        try {
            if (Files.exists(file)) {
                write(file, value);
            }
        } catch (NoSuchFileException _) {
            // The cgroup went away meanwhile, and its limits with it.
            return;
        } catch (IOException e) {
            throw new CriusException.Failed("write " + value + " to " + file + ": " + e.getMessage(), e);
        }
    }

    /** Writes at once, since the kernel takes each write for a whole value, and never makes a file. */
    static void write(Path file, String value) throws IOException {
        Files.writeString(file, value, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }
}
