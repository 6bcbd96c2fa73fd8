package io.crius.image.registries;

import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What registries.conf and its drop-ins say, all together. Immutable.
 *
 * @param origin names the main file, for errors
 * @param search where names without a registry are sought
 * @param registries each prefix once
 * @param aliases from a short name to a repository
 * @param credentialHelpers where credentials come from, in order
 */
public record RegistriesConf(
        String origin,
        SearchList search,
        List<RegistryEntry> registries,
        Map<String, String> aliases,
        List<String> credentialHelpers) {
    static final List<String> DEFAULT_HELPERS = List.of("containers-auth.json");

    public RegistriesConf {
        registries = List.copyOf(registries);
        aliases = Map.copyOf(aliases);
        credentialHelpers = List.copyOf(credentialHelpers);
    }

    /** Nothing is configured: every registry is asked directly, over verified TLS. */
    public static RegistriesConf empty(String origin) {
        return new RegistriesConf(origin, new SearchList(List.of(), origin), List.of(), Map.of(), DEFAULT_HELPERS);
    }

    /** The same with more aliases, which win; one without a target erases. */
    RegistriesConf withAliases(Map<String, String> more) {
        Map<String, String> merged = new HashMap<>(aliases);
        more.forEach((name, target) -> {
            if (target.isEmpty()) {
                merged.remove(name);
            } else {
                merged.put(name, target);
            }
        });
        return new RegistriesConf(origin, search, registries, merged, credentialHelpers);
    }

    /**
     * The places to try, in order: mirrors, then the registry itself.
     *
     * @throws CriusException.PermissionDenied the registry is blocked
     * @throws CriusException.FailedPrecondition a rewrite does not give a valid name
     */
    public List<Endpoint> endpoints(ImageReference reference) {
        Optional<RegistryEntry> match = entryFor(reference);
        if (match.isEmpty()) {
            return List.of(new Endpoint(reference, Tls.VERIFIED, Endpoint.Role.PRIMARY));
        }
        RegistryEntry entry = match.get();
        if (entry.access() == RegistryEntry.Access.BLOCKED) {
            throw new CriusException.PermissionDenied(
                    "pull " + reference + ": registry " + entry.prefix() + " is blocked in " + entry.place());
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (Mirror mirror : entry.mirrors()) {
            if (mirror.serves(reference)) {
                endpoints.add(new Endpoint(
                        rewritten(reference, entry, mirror.location()), mirror.tls(), Endpoint.Role.MIRROR));
            }
        }
        ImageReference primary = entry.location().isEmpty() ? reference : rewritten(reference, entry, entry.location());
        endpoints.add(new Endpoint(primary, entry.tls(), Endpoint.Role.PRIMARY));
        return endpoints;
    }

    /** The entry with the longest prefix that matches. Compat: tag and digest do not count here. */
    private Optional<RegistryEntry> entryFor(ImageReference reference) {
        String name = reference.repository();
        return registries.stream()
                .filter(entry -> entry.matches(name).isPresent())
                .max(Comparator.comparingInt(entry -> entry.prefix().length()));
    }

    private ImageReference rewritten(ImageReference reference, RegistryEntry entry, String location) {
        String name = reference.repository();
        String moved = location + name.substring(entry.matches(name).orElseThrow());
        try {
            ImageReference parsed = ImageReference.parse(moved);
            if (!parsed.repository().equals(moved)) {
                throw new CriusException.InvalidArgument("it has no registry host");
            }
            return new ImageReference(parsed.domain(), parsed.path(), reference.tag(), reference.digest());
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.FailedPrecondition(
                    "registry " + entry.prefix() + " in " + entry.place() + " turns " + name + " into \"" + moved
                            + "\", which is no image name: " + e.getMessage(),
                    e);
        }
    }
}
