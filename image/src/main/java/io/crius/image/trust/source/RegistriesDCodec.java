package io.crius.image.trust.source;

import io.crius.model.CriusException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The text of one file of registries.d; the only place here that knows YAML.
 *
 * <p>Compat: containers-registries.d(5): {@code default-docker: {lookaside: ...}} and {@code docker: {quay.io/team: {lookaside:
 * https://..., use-sigstore-attachments: true}}}; {@code sigstore} is the old name of {@code lookaside}. Where signatures are
 * written to ({@code lookaside-staging}) does not matter to who reads, and keys that nobody knows are passed over.
 */
final class RegistriesDCodec {
    static final String DEFAULT = "default-docker";
    private static final int LARGEST = 1 << 20;
    private static final int DEEPEST = 20;

    private final Path file;

    private RegistriesDCodec(Path file) {
        this.file = file;
    }

    /**
     * Scopes and what is said about them, {@link #DEFAULT} among them.
     *
     * @throws CriusException.FailedPrecondition with the file and, where known, the place
     */
    static Map<String, SignaturePlace> parse(Path file, String text) {
        return new RegistriesDCodec(file).read(text);
    }

    private Map<String, SignaturePlace> read(String text) {
        Map<?, ?> root = map(load(text), "the file");
        Map<String, SignaturePlace> scopes = new HashMap<>();
        if (root.get(DEFAULT) != null) {
            scopes.put(DEFAULT, place(root.get(DEFAULT), DEFAULT));
        }
        map(root.get("docker"), "docker")
                .forEach((scope, place) -> scopes.put(String.valueOf(scope), place(place, "docker: " + scope)));
        return scopes;
    }

    private @Nullable Object load(String text) {
        // The limits are what keeps a hostile file from filling the memory: size, nesting and aliases.
        var settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false)
                .setMaxAliasesForCollections(20)
                .setCodePointLimit(LARGEST)
                .build();
        try {
            checkDepth(new Parse(settings).parseString(text));
            return new Load(settings).loadFromString(text);
        } catch (YamlEngineException | IllegalArgumentException | ClassCastException e) {
            throw new CriusException.FailedPrecondition(file + ": " + e.getMessage(), e);
        }
    }

    /** Safety: loading takes stack in proportion to how deep the text nests, reading its events does not. */
    private void checkDepth(Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            depth += switch (event) {
                case CollectionStartEvent _ -> 1;
                case CollectionEndEvent _ -> -1;
                default -> 0;
            };
            if (depth > DEEPEST) {
                throw wrong("the file", "is nested deeper than " + DEEPEST + " levels");
            }
        }
    }

    private SignaturePlace place(@Nullable Object value, String place) {
        Map<?, ?> fields = map(value, place);
        Optional<URI> lookaside = uri(fields, "lookaside", place).or(() -> uri(fields, "sigstore", place));
        return new SignaturePlace(lookaside, flag(fields, "use-sigstore-attachments", place));
    }

    private Optional<URI> uri(Map<?, ?> fields, String key, String place) {
        Object value = fields.get(key);
        if (value == null || value.equals("")) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(String.valueOf(value));
            String scheme = String.valueOf(uri.getScheme());
            if (!List.of("file", "http", "https").contains(scheme.toLowerCase(Locale.ROOT)) || !isPath(uri.getPath())) {
                throw wrong(place, key + " \"" + value + "\" is not a file:, http: or https: URL");
            }
            return Optional.of(uri);
        } catch (URISyntaxException e) {
            throw wrong(place, key + ": " + e.getMessage());
        }
    }

    /** An escaped zero byte cannot be part of a file's name. */
    private static boolean isPath(@Nullable String path) {
        return path != null && path.indexOf('\0') < 0;
    }

    /** Compat: what YAML 1.1 takes for true and false. */
    private Optional<Boolean> flag(Map<?, ?> fields, String key, String place) {
        Object value = fields.get(key);
        if (value == null) {
            return Optional.empty();
        }
        return switch (String.valueOf(value).toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "y" -> Optional.of(true);
            case "false", "no", "off", "n" -> Optional.of(false);
            default -> throw wrong(place, key + " is neither true nor false");
        };
    }

    private Map<?, ?> map(@Nullable Object value, String place) {
        return switch (value) {
            case null -> Map.of();
            case Map<?, ?> map -> map;
            default -> throw wrong(place, "is not a mapping");
        };
    }

    private CriusException wrong(String place, String what) {
        return new CriusException.FailedPrecondition(file + ": " + place + ": " + what);
    }
}
