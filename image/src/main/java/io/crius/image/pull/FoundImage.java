package io.crius.image.pull;

import io.crius.image.registries.Endpoint;
import io.crius.image.registry.ManifestAnswer;
import io.crius.image.registry.RegistryClient;
import io.crius.model.ImageReference;

/**
 * Where an image was found.
 *
 * @param reference as the user means it
 * @param endpoint the place that has it; everything else of it comes from there as well
 * @param topLevel what the reference leads to there
 */
record FoundImage(ImageReference reference, Endpoint endpoint, RegistryClient client, ManifestAnswer topLevel) {}
