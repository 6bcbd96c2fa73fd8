package io.crius.image.registries;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files put one over the other. Not thread-safe. */
final class RegistriesMerge {
    private final String origin;
    private final Map<String, RegistryEntry> registries = new LinkedHashMap<>();
    private final Map<String, String> aliases = new LinkedHashMap<>();
    private SearchList search;
    private List<String> credentialHelpers = RegistriesConf.DEFAULT_HELPERS;

    RegistriesMerge(String origin) {
        this.origin = origin;
        this.search = new SearchList(List.of(), origin);
    }

    /** Entries replace earlier ones of the same prefix as a whole; aliases come one by one. */
    void add(RegistriesFile file) {
        file.search().ifPresent(list -> search = list);
        file.credentialHelpers().ifPresent(list -> credentialHelpers = list);
        file.registries().forEach(entry -> registries.put(entry.prefix(), entry));
        file.aliases().forEach((name, target) -> {
            if (target.isEmpty()) {
                aliases.remove(name);
            } else {
                aliases.put(name, target);
            }
        });
    }

    void addDropIn(Path path, RegistriesFile file) {
        if (file.version() == RegistriesFile.Version.ONE) {
            throw new CriusException.FailedPrecondition(
                    path + ": a drop-in must be in version 2 of the format ([[registry]], not [registries.search])");
        }
        add(file);
    }

    RegistriesConf result() {
        return new RegistriesConf(origin, search, List.copyOf(registries.values()), aliases, credentialHelpers);
    }
}
