package io.crius.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Reads the configuration files of a node. */
final class SourceFiles {
    private static final long LARGEST_FILE = 4L << 20;

    private final Findings findings;
    private final List<Path> read = new ArrayList<>();

    SourceFiles(Findings findings) {
        this.findings = findings;
    }

    /** The files that were read, in order. */
    List<Path> filesRead() {
        return List.copyOf(read);
    }

    void read(Path file) {
        text(file)
                .flatMap(text -> TomlCodec.parse(text, placeIn(file), findings))
                .ifPresent(document -> {
                    read.add(file);
                    new TableReader(document, findings).read();
                });
    }

    /** Every file below the folder, in lexical order of each level. A folder that does not exist has none. */
    void readAll(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            filesBelow(folder).forEach(this::read);
        } catch (IOException e) {
            findings.problem(new Origin.InFile(folder, 1, 1), "", "cannot be listed: " + e);
        }
    }

    /** The document in a file of another program, such as storage.conf, or nothing where it cannot be read. */
    Optional<TomlCodec.Document> foreign(Path file) {
        return text(file).flatMap(text -> TomlCodec.parse(text, placeIn(file), findings));
    }

    /** Compat: CRI-O reads every file whatever its name, and enters no folder through a symbolic link. */
    private List<Path> filesBelow(Path folder) throws IOException {
        List<Path> entries;
        try (Stream<Path> listing = Files.list(folder)) {
            entries = listing.sorted().toList();
        }
        List<Path> files = new ArrayList<>();
        for (Path entry : entries) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                files.addAll(filesBelow(entry));
            } else if (Files.isRegularFile(entry)) {
                files.add(entry);
            }
        }
        return files;
    }

    private Optional<String> text(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                findings.problem(start(file), "", "larger than " + LARGEST_FILE + " bytes");
                return Optional.empty();
            }
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException _) {
            findings.problem(start(file), "", "not UTF-8");
        } catch (IOException e) {
            findings.problem(start(file), "", "cannot be read: " + e);
        }
        return Optional.empty();
    }

    private static Origin start(Path file) {
        return new Origin.InFile(file, 1, 1);
    }

    private static BiFunction<Integer, Integer, Origin> placeIn(Path file) {
        return (line, column) -> new Origin.InFile(file, line, column);
    }
}
