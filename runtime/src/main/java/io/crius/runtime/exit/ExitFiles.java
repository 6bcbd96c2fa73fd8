package io.crius.runtime.exit;

import io.crius.model.ContainerId;
import io.crius.runtime.ContainerFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** What monitors leave on disk about the end of containers. Stateless; reads are of a few bytes. */
final class ExitFiles {
    private static final int LONGEST = 16;

    /** The monitor's report. */
    record Report(int exitCode, Instant finishedAt) {}

    private final Path exitDir;

    ExitFiles(Path exitDir) {
        this.exitDir = exitDir;
    }

    /**
     * The monitor's report, from the node's folder of exit codes or, where a reboot has emptied that, from the container's own.
     * Something unreadable is like nothing.
     */
    Optional<Report> report(ContainerId id, ContainerFolders folders) {
        return read(exitDir.resolve(id.value()))
                .or(() -> read(folders.persistent().resolve("exit")));
    }

    ContainerExit.Memory memory(ContainerFolders folders) {
        boolean marked = Files.exists(folders.bundle().resolve("oom"))
                || Files.exists(folders.persistent().resolve("oom"));
        return marked ? ContainerExit.Memory.OUT_OF_MEMORY : ContainerExit.Memory.SUFFICED;
    }

    private static Optional<Report> read(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            OptionalInt code = parse(content);
            if (code.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    new Report(code.getAsInt(), Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            System.getLogger(ExitFiles.class.getName())
                    .log(System.Logger.Level.WARNING, "exit file " + file + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static OptionalInt parse(byte[] content) {
        String text = new String(content, 0, Math.min(content.length, LONGEST), StandardCharsets.US_ASCII).strip();
        boolean number = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }
}
