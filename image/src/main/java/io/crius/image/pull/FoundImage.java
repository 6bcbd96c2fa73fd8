package io.crius.image.pull;

import io.crius.image.registries.Endpoint;
import io.crius.image.registry.ManifestAnswer;
import io.crius.image.registry.RegistryClient;
import io.crius.model.ImageReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an image was found.
 *
 * @param reference as the user means it
 * @param endpoint the place that has it; everything else of it comes from there as well
 * @param topLevel what the reference leads to there
 */
record FoundImage(
        ImageReference reference, Endpoint endpoint, RegistryClient client, ManifestAnswer topLevel, Search search) {
    /**
     * How it was found.
     *
     * @param askedAs who asked, in words
     * @param failedBefore the places that were asked before, with their errors
     */
    record Search(String askedAs, List<String> failedBefore) {
        Search {
            failedBefore = List.copyOf(failedBefore);
        }
    }

    /** The same, after other candidates had failed. */
    FoundImage after(List<String> failed) {
        List<String> all = new ArrayList<>(failed);
        all.addAll(search.failedBefore);
        return new FoundImage(reference, endpoint, client, topLevel, new Search(search.askedAs, all));
    }
}
