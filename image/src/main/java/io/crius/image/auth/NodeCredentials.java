package io.crius.image.auth;

import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The credentials that the node keeps: auth files, and helper programs that registries.conf or an auth file names.
 *
 * <p>Thread-safe. Files are read at each look-up, so a login counts at once. Blocks: on files and helpers.
 */
public final class NodeCredentials implements CredentialSource {
    /** The entry of {@code credential-helpers} that stands for the auth files. */
    public static final String FILES = "containers-auth.json";

    private final List<Path> files;
    private final Supplier<List<String>> sources;
    private final CredentialHelper helper;

    /**
     * @param files in the order in which they are asked; missing ones are skipped
     * @param sources {@code credential-helpers} of registries.conf
     */
    public NodeCredentials(List<Path> files, Supplier<List<String>> sources, CredentialHelper helper) {
        this.files = List.copyOf(files);
        this.sources = sources;
        this.helper = helper;
    }

    /** The one file that is configured, or else the usual places of root's tools. */
    public static List<Path> files(Optional<Path> configured, Map<String, String> environment) {
        if (configured.isPresent()) {
            return List.of(configured.get());
        }
        Path home = Path.of(environment.getOrDefault("HOME", "/root"));
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        String docker = environment.getOrDefault("DOCKER_CONFIG", "");
        return List.of(
                runtime.isEmpty()
                        ? Path.of("/run/containers/0/auth.json")
                        : Path.of(runtime, "containers", "auth.json"),
                (config.isEmpty() ? home.resolve(".config") : Path.of(config)).resolve("containers/auth.json"),
                (docker.isEmpty() ? home.resolve(".docker") : Path.of(docker)).resolve("config.json"),
                home.resolve(".dockercfg"));
    }

    /** The first source that knows something. A source that cannot be used matters only where no other does. */
    @Override
    public Credentials find(ImageReference reference) {
        List<CriusException> failures = new ArrayList<>();
        for (String source : sources.get()) {
            try {
                Credentials found = source.equals(FILES) ? inFiles(reference) : helper.ask(source, reference.domain());
                if (!found.equals(Credentials.NONE)) {
                    return found;
                }
            } catch (CriusException.FailedPrecondition | CriusException.InvalidArgument e) {
                failures.add(e);
            }
        }
        if (failures.isEmpty()) {
            return Credentials.NONE;
        }
        CriusException first = failures.getFirst();
        throw new CriusException.FailedPrecondition(
                "credentials for " + reference.repository() + ": " + first.getMessage(), first);
    }

    private Credentials inFiles(ImageReference reference) {
        for (Path path : files) {
            Optional<AuthFile> file = AuthFile.read(path);
            Credentials found = file.map(one -> in(one, reference)).orElse(Credentials.NONE);
            if (!found.equals(Credentials.NONE)) {
                return found;
            }
        }
        return Credentials.NONE;
    }

    private Credentials in(AuthFile file, ImageReference reference) {
        Optional<String> program = file.helper(reference.domain());
        return program.isPresent() ? helper.ask(program.get(), reference.domain()) : file.find(reference);
    }
}
