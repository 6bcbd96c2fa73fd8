package io.crius.image.registries;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** The text of one registries.conf. The only place here that knows TOML. */
final class RegistriesCodec {
    private static final String V1 = "registries";
    private static final String SEARCH = "unqualified-search-registries";
    private static final Set<String> V2 =
            Set.of(SEARCH, "registry", "aliases", "credential-helpers", "short-name-mode");

    private final Path path;

    private RegistriesCodec(Path path) {
        this.path = path;
    }

    /** Throws {@link CriusException.FailedPrecondition} with file and, where known, line and column. */
    static RegistriesFile parse(Path path, String text) {
        TomlParseResult toml = Toml.parse(text);
        if (toml.hasErrors()) {
            var error = toml.errors().getFirst();
            throw new CriusException.FailedPrecondition(path + ":"
                    + error.position().line() + ":" + error.position().column() + ": " + error.getMessage());
        }
        return new RegistriesCodec(path).file(toml);
    }

    private RegistriesFile file(TomlTable root) {
        if (root.contains(V1)) {
            if (V2.stream().anyMatch(root::contains)) {
                throw wrong("[registries.*] (version 1) and version 2 are mixed; keep one of them");
            }
            return versionOne(table(root, V1).orElseThrow());
        }
        List<RegistryEntry> entries = entries(root);
        return new RegistriesFile(
                RegistriesFile.Version.TWO,
                strings(root, SEARCH).map(list -> new SearchList(locations(list), place(root, SEARCH))),
                entries,
                aliases(root),
                strings(root, "credential-helpers"));
    }

    private RegistriesFile versionOne(TomlTable registries) {
        Map<String, RegistryEntry> entries = new LinkedHashMap<>();
        String insecure = v1Place(registries, "insecure");
        for (String name : v1List(registries, "insecure")) {
            entries.put(
                    name,
                    new RegistryEntry(name, name, Tls.OPTIONAL, RegistryEntry.Access.ALLOWED, List.of(), insecure));
        }
        String block = v1Place(registries, "block");
        for (String name : v1List(registries, "block")) {
            Tls tls = entries.containsKey(name) ? Tls.OPTIONAL : Tls.VERIFIED;
            entries.put(name, new RegistryEntry(name, name, tls, RegistryEntry.Access.BLOCKED, List.of(), block));
        }
        return new RegistriesFile(
                RegistriesFile.Version.ONE,
                Optional.of(new SearchList(v1List(registries, "search"), v1Place(registries, "search"))),
                List.copyOf(entries.values()),
                Map.of(),
                Optional.empty());
    }

    private List<String> v1List(TomlTable registries, String key) {
        return table(registries, key)
                .flatMap(table -> strings(table, "registries"))
                .map(this::locations)
                .orElse(List.of());
    }

    private String v1Place(TomlTable registries, String key) {
        return table(registries, key).map(table -> place(table, V1)).orElse(path.toString());
    }

    private List<RegistryEntry> entries(TomlTable root) {
        Map<String, RegistryEntry> byPrefix = new LinkedHashMap<>();
        Map<String, RegistryEntry> byLocation = new HashMap<>();
        each(root, "registry", (table, place) -> {
            RegistryEntry entry = entry(table, place);
            // Compat: of two entries with one prefix in one file the first counts.
            byPrefix.putIfAbsent(entry.prefix(), entry);
            RegistryEntry other = byLocation.putIfAbsent(entry.location(), entry);
            if (other != null
                    && !entry.location().isEmpty()
                    && (other.tls() != entry.tls() || other.access() != entry.access())) {
                throw wrong("registry \"" + entry.location()
                        + "\" is defined more than once, with different \"insecure\" or \"blocked\"");
            }
        });
        return List.copyOf(byPrefix.values());
    }

    private RegistryEntry entry(TomlTable table, String place) {
        String location = location(string(table, "location"));
        String prefix = location(string(table, "prefix"));
        if (prefix.isEmpty()) {
            prefix = location;
        }
        boolean wildcard = prefix.startsWith("*.");
        if (prefix.isEmpty() || (location.isEmpty() && !wildcard)) {
            throw wrong("a [[registry]] without \"location\" (only one with a prefix \"*.domain\" can do without)");
        }
        if (wildcard && prefix.chars().anyMatch(c -> "/@:".indexOf(c) >= 0)) {
            throw wrong("prefix \"" + prefix + "\": a wildcard is for hosts only, without port and path");
        }
        boolean digestOnly = flag(table, "mirror-by-digest-only");
        List<Mirror> mirrors = new ArrayList<>();
        each(table, "mirror", (mirror, _) -> mirrors.add(mirror(mirror, digestOnly)));
        return new RegistryEntry(
                prefix,
                location,
                tls(table),
                flag(table, "blocked") ? RegistryEntry.Access.BLOCKED : RegistryEntry.Access.ALLOWED,
                mirrors,
                place);
    }

    private Mirror mirror(TomlTable table, boolean digestOnly) {
        String location = location(string(table, "location"));
        if (location.isEmpty()) {
            throw wrong("a [[registry.mirror]] without \"location\"");
        }
        String word = string(table, "pull-from-mirror");
        if (!word.isEmpty() && digestOnly) {
            throw wrong("mirror \"" + location
                    + "\": \"pull-from-mirror\" cannot be set together with \"mirror-by-digest-only\"");
        }
        return new Mirror(location, tls(table), digestOnly ? Mirror.Use.DIGEST_ONLY : use(location, word));
    }

    private Mirror.Use use(String location, String word) {
        if (word.isEmpty()) {
            return Mirror.Use.ALL;
        }
        for (Mirror.Use use : Mirror.Use.values()) {
            if (use.word().equals(word)) {
                return use;
            }
        }
        throw wrong("mirror \"" + location + "\": pull-from-mirror = \"" + word
                + "\"; \"all\", \"digest-only\" and \"tag-only\" are known");
    }

    private Map<String, String> aliases(TomlTable root) {
        Map<String, String> aliases = new LinkedHashMap<>();
        table(root, "aliases")
                .ifPresent(table -> table.keySet().forEach(name -> {
                    Object target = table.get(List.of(name));
                    if (!(target instanceof String text)) {
                        throw wrong("alias \"" + name + "\" is not a string");
                    }
                    aliases.put(name, text);
                }));
        return aliases;
    }

    private Tls tls(TomlTable table) {
        return flag(table, "insecure") ? Tls.OPTIONAL : Tls.VERIFIED;
    }

    private List<String> locations(List<String> texts) {
        return texts.stream().map(this::location).toList();
    }

    /** Compat: trailing slashes are cut, schemes are refused. */
    private String location(String text) {
        if (text.startsWith("http://") || text.startsWith("https://")) {
            throw wrong("\"" + text + "\": a location has no scheme; plain HTTP is a matter of \"insecure\"");
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        return text.substring(0, end);
    }

    private String string(TomlTable table, String key) {
        return switch (table.get(List.of(key))) {
            case null -> "";
            case String text -> text;
            case Object _ -> throw wrong(table, key, "is not a string");
        };
    }

    private boolean flag(TomlTable table, String key) {
        return switch (table.get(List.of(key))) {
            case null -> false;
            case Boolean flag -> flag;
            case Object _ -> throw wrong(table, key, "is not true or false");
        };
    }

    private Optional<TomlTable> table(TomlTable table, String key) {
        return switch (table.get(List.of(key))) {
            case null -> Optional.empty();
            case TomlTable inner -> Optional.of(inner);
            case Object _ -> throw wrong(table, key, "is not a table");
        };
    }

    private Optional<List<String>> strings(TomlTable table, String key) {
        return switch (table.get(List.of(key))) {
            case null -> Optional.empty();
            case TomlArray array -> Optional.of(items(table, key, array));
            case Object _ -> throw wrong(table, key, "is not a list of strings");
        };
    }

    private List<String> items(TomlTable table, String key, TomlArray array) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof String text)) {
                throw wrong(table, key, "is not a list of strings");
            }
            items.add(text);
        }
        return items;
    }

    /** Every table of a list, with its place. */
    private void each(TomlTable table, String key, BiConsumer<TomlTable, String> work) {
        Object value = table.get(List.of(key));
        if (value == null) {
            return;
        }
        if (!(value instanceof TomlArray array)) {
            throw wrong(table, key, "is not a list of tables ([[" + key + "]])");
        }
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof TomlTable item)) {
                throw wrong(table, key, "is not a list of tables ([[" + key + "]])");
            }
            work.accept(item, place(array.inputPositionOf(i)));
        }
    }

    private CriusException wrong(TomlTable table, String key, String what) {
        var position = table.inputPositionOf(List.of(key));
        String place = place(position) + (position == null ? "" : ":" + position.column());
        return new CriusException.FailedPrecondition(place + ": \"" + key + "\" " + what);
    }

    private String place(TomlTable table, String key) {
        return place(table.inputPositionOf(List.of(key)));
    }

    /** File and line; the file alone where the line is not known. */
    private String place(@Nullable TomlPosition position) {
        return position == null ? path.toString() : path + ":" + position.line();
    }

    private CriusException wrong(String what) {
        return new CriusException.FailedPrecondition(path + ": " + what);
    }
}
