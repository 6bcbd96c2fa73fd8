package io.crius.image.registries;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where registries.conf is.
 *
 * @param main a missing file is an empty one
 * @param dropIns the files {@code *.conf} in there are read after it, in the order of their names
 * @param recordedAliases what people picked with podman; its aliases win. Compat: /var/cache/containers for root
 */
public record RegistriesFiles(Path main, Path dropIns, Optional<Path> recordedAliases) {
    /** Where podman running as root keeps the aliases that people picked. */
    public static final Path ROOT_ALIASES = Path.of("/var/cache/containers/short-name-aliases.conf");

    /**
     * Reads all of them. Blocks: on the disk.
     *
     * @throws CriusException.FailedPrecondition a file cannot be read, or says something wrong; the message has its place
     */
    public RegistriesConf read() {
        return withRecordedAliases(readConfigured());
    }

    /** The files that administrators write, also those that do not exist. */
    List<Path> configured() {
        List<Path> all = new ArrayList<>(List.of(main, dropIns));
        all.addAll(dropInFiles());
        return all;
    }

    RegistriesConf readConfigured() {
        RegistriesMerge merge = new RegistriesMerge(main.toString());
        text(main).ifPresent(text -> merge.add(RegistriesCodec.parse(main, text)));
        for (Path dropIn : dropInFiles()) {
            text(dropIn).ifPresent(text -> merge.addDropIn(dropIn, RegistriesCodec.parse(dropIn, text)));
        }
        return merge.result();
    }

    /** With what people picked, which wins. */
    RegistriesConf withRecordedAliases(RegistriesConf configured) {
        return recordedAliases
                .flatMap(path -> text(path).map(text -> RegistriesCodec.parse(path, text)))
                .map(RegistriesFile::aliases)
                .map(configured::withAliases)
                .orElse(configured);
    }

    private static Optional<String> text(Path path) {
        try {
            return Optional.of(Files.readString(path));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CriusException.FailedPrecondition("read " + path + ": " + e.getMessage(), e);
        }
    }

    private List<Path> dropInFiles() {
        if (!Files.isDirectory(dropIns)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(dropIns)) {
            all.filter(path -> path.getFileName().toString().endsWith(".conf"))
                    .filter(path -> !Files.isDirectory(path))
                    .sorted()
                    .forEach(files::add);
        } catch (IOException e) {
            throw new CriusException.FailedPrecondition("list " + dropIns + ": " + e.getMessage(), e);
        }
        return files;
    }
}
