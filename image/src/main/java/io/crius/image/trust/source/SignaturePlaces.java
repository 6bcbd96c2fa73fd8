package io.crius.image.trust.source;

import io.crius.image.trust.policy.PolicyScopes;
import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All of registries.d.
 *
 * @param scopes the default under its own key
 */
record SignaturePlaces(Map<String, SignaturePlace> scopes) {
    /** Compat: where signatures lie when nothing is said. */
    private static final URI MACHINE = URI.create("file:///var/lib/containers/sigstore");

    /**
     * Reads the folder; one that does not exist is empty. Blocks on the disk.
     *
     * @throws CriusException.FailedPrecondition a file cannot be understood, or two say something about the same scope
     */
    static SignaturePlaces read(Path folder) {
        Map<String, SignaturePlace> scopes = new HashMap<>();
        Map<String, Path> origins = new HashMap<>();
        for (Path file : files(folder)) {
            RegistriesDCodec.parse(file, text(file)).forEach((scope, place) -> {
                Path earlier = origins.putIfAbsent(scope, file);
                if (earlier != null) {
                    throw new CriusException.FailedPrecondition(
                            file + ": \"" + scope + "\" is already defined in " + earlier + "; keep one of them");
                }
                scopes.put(scope, place);
            });
        }
        return new SignaturePlaces(scopes);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.getFileName().toString().endsWith(".yaml"))
                    .filter(path -> !Files.isDirectory(path))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new CriusException.FailedPrecondition("list " + folder + ": " + e.getMessage(), e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CriusException.FailedPrecondition("read " + file + ": " + e.getMessage(), e);
        }
    }

    /** The folder or server that has the signatures of images of this place. */
    URI lookaside(ImageReference place) {
        return find(place, SignaturePlace::lookaside).orElse(MACHINE);
    }

    boolean hasAttachments(ImageReference place) {
        return find(place, SignaturePlace::attachments).orElse(false);
    }

    /** Compat: each field is that of the most specific scope which has it. */
    private <T> Optional<T> find(ImageReference place, Function<SignaturePlace, Optional<T>> field) {
        return Stream.concat(PolicyScopes.of(place).stream(), Stream.of(RegistriesDCodec.DEFAULT))
                .flatMap(scope -> Optional.ofNullable(scopes.get(scope)).stream())
                .flatMap(found -> field.apply(found).stream())
                .findFirst();
    }
}
