package io.crius.image.auth;

import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonLimits;
import io.crius.oci.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One file of credentials, as {@code podman login} and {@code docker login} write it:
 * {@snippet lang=json :
 * {"auths": {"registry.example/team": {"auth": "dXNlcjpwYXNzd29yZA=="}},
 *  "credHelpers": {"other.example": "secretservice"}}
 * }
 */
final class AuthFile {
    private static final JsonLimits LIMITS = JsonLimits.DEFAULT.withDocumentBytes(4 << 20);

    private final Path path;
    private final JsonObject auths;
    private final Map<String, String> helpers;

    private AuthFile(Path path, JsonObject auths, Map<String, String> helpers) {
        this.path = path;
        this.auths = auths;
        this.helpers = helpers;
    }

    /** Reads the file; empty where it does not exist. */
    static Optional<AuthFile> read(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] text = in.readNBytes(LIMITS.documentBytes() + 1);
            JsonObject root = Json.parseObject(text, path.toString(), LIMITS);
            // Compat: .dockercfg is the map of "auths" alone.
            JsonObject auths =
                    path.endsWith(".dockercfg") ? root : root.object("auths").orElse(JsonObject.EMPTY);
            return Optional.of(new AuthFile(path, auths, root.stringMap("credHelpers")));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new CriusException.FailedPrecondition("read registry credentials " + path + ": " + e.getMessage(), e);
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.FailedPrecondition("read registry credentials: " + e.getMessage(), e);
        }
    }

    /** The helper program that is asked for this registry, before the file itself. */
    Optional<String> helper(String host) {
        return Optional.ofNullable(helpers.get(host));
    }

    /** By repository, its parent folders, its host; then by whatever other spelling of the host there is. */
    Credentials find(ImageReference reference) {
        for (String key : keys(reference)) {
            Optional<JsonObject> entry = auths.object(key);
            if (entry.isPresent()) {
                return credentials(key, entry.get());
            }
        }
        String wanted = RegistryKey.ofHost(reference.domain());
        return auths.fields().keySet().stream()
                .filter(key -> RegistryKey.ofHost(key).equals(wanted) && isHost(key))
                .findFirst()
                .flatMap(key -> auths.object(key).map(entry -> credentials(key, entry)))
                .orElse(Credentials.NONE);
    }

    /** Compat: a URL counts for its host whatever its path ({@code https://index.docker.io/v1/}), a repository does not. */
    private static boolean isHost(String key) {
        return key.contains("://") || key.indexOf('/') < 0;
    }

    private Credentials credentials(String key, JsonObject entry) {
        Optional<String> identity = entry.string("identitytoken").filter(token -> !token.isEmpty());
        if (identity.isPresent()) {
            return new Credentials.IdentityToken(identity.get());
        }
        return entry.string("auth")
                .map(text -> AuthText.decode(text, path + ": the auth of " + key))
                .orElse(Credentials.NONE);
    }

    private static List<String> keys(ImageReference reference) {
        List<String> keys = new ArrayList<>();
        String name = reference.repository();
        keys.add(name);
        for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/')) {
            name = name.substring(0, slash);
            keys.add(name);
        }
        return keys;
    }
}
