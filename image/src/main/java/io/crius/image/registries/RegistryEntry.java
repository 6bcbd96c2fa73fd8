package io.crius.image.registries;

import java.util.List;
import java.util.OptionalInt;

/**
 * One {@code [[registry]]}.
 *
 * @param prefix what it is about: a host, a repository or a part of one, or {@code *.} and a domain
 * @param location replaces the matched prefix; empty only for a wildcard, and changes nothing then
 * @param mirrors in the order in which they are tried, before the location itself
 * @param place where it is written, as file and line
 */
record RegistryEntry(String prefix, String location, Tls tls, Access access, List<Mirror> mirrors, String place) {
    private static final String ENDS = ":/@";

    /** Whether images may come from there at all. */
    enum Access {
        ALLOWED,
        BLOCKED
    }

    RegistryEntry {
        mirrors = List.copyOf(mirrors);
    }

    /** How much of {@code host/path[:tag][@digest]} this entry's prefix covers; empty where it does not match. */
    OptionalInt matches(String reference) {
        return prefix.startsWith("*.") ? matchesDomain(reference) : matchesPlainly(reference);
    }

    private OptionalInt matchesPlainly(String reference) {
        return reference.startsWith(prefix) && endsAt(reference, prefix.length())
                ? OptionalInt.of(prefix.length())
                : OptionalInt.empty();
    }

    /** Compat: the first occurrence decides, and the domain itself is not one of its sub-domains. */
    private OptionalInt matchesDomain(String reference) {
        String domain = prefix.substring(1);
        int at = reference.indexOf(domain);
        int end = at + domain.length();
        boolean inHost = at > 0 && reference.substring(0, at).indexOf('/') < 0;
        return inHost && endsAt(reference, end) ? OptionalInt.of(end) : OptionalInt.empty();
    }

    private static boolean endsAt(String reference, int end) {
        return end == reference.length() || ENDS.indexOf(reference.charAt(end)) >= 0;
    }
}
