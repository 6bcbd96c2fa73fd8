package io.crius.image.trust.policy;

import io.crius.model.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A policy.json.
 *
 * @param origin the file, for errors
 * @param fallback for images that nothing else is said about
 * @param docker requirements by scope for images of registries; the empty scope is all of them
 */
public record TrustPolicy(String origin, List<Requirement> fallback, Map<String, List<Requirement>> docker) {
    public TrustPolicy {
        fallback = List.copyOf(fallback);
        docker = Map.copyOf(docker);
    }

    /**
     * What an image has to meet, all of it.
     *
     * @param scope in words, with the file
     */
    public record Applied(String scope, List<Requirement> requirements) {
        public boolean acceptsAnything() {
            return TrustPolicy.acceptAnything(requirements);
        }
    }

    /** Whether no image can be refused. */
    public boolean acceptsEverything() {
        return acceptAnything(fallback) && docker.values().stream().allMatch(TrustPolicy::acceptAnything);
    }

    /** Whether an image that has no name, so that no scope can mean it, is accepted. */
    public boolean acceptsWhatItDoesNotName() {
        return acceptAnything(fallback);
    }

    private static boolean acceptAnything(List<Requirement> requirements) {
        return requirements.stream().allMatch(Requirement.AcceptAnything.class::isInstance);
    }

    /** Only the most specific scope counts. */
    public Applied requirements(ImageReference image) {
        Optional<String> scope = Stream.concat(PolicyScopes.of(image).stream(), Stream.of(""))
                .filter(docker::containsKey)
                .findFirst();
        return scope.map(found -> new Applied(
                        "scope \"" + found + "\" of transport docker in " + origin,
                        docker.getOrDefault(found, List.of())))
                .orElseGet(() -> new Applied("the default of " + origin, fallback));
    }
}
