package io.crius.image.registries;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one file says. A list that is absent leaves the earlier one in force, an empty one replaces it.
 *
 * @param aliases an empty target erases an earlier alias
 */
record RegistriesFile(
        Version version,
        Optional<SearchList> search,
        List<RegistryEntry> registries,
        Map<String, String> aliases,
        Optional<List<String>> credentialHelpers) {
    /** Of the syntax. */
    enum Version {
        ONE,
        TWO
    }
}
