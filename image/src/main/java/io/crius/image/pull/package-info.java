/**
 * Pulling: from an image name to an image in the store.
 *
 * <p>{@link io.crius.image.pull.ImagePuller} is the door. A pull resolves the name, finds the first endpoint that has the
 * manifest, picks the platform, and then stages all missing layers at once: one thread of a layer downloads, checks and
 * decompresses into a {@link io.crius.image.pull.BufferRing}, another unpacks from it. Only when every layer has been
 * checked are they committed, in order, and the image recorded; whatever fails before leaves nothing behind.
 *
 * <p>{@link io.crius.image.pull.PullBudget} bounds connections, buffers and decompression for the whole node. Equal pulls,
 * and equal layers of different pulls, are done once ({@link io.crius.image.pull.SharedWork}).
 *
 * <p>Not here: HTTP (package {@code registry}), the store's format and unpacking (module {@code storage}). Lock order: the
 * map of a {@code SharedWork} is locked for a moment only, with nothing else held; a ring's lock is innermost. Budgets are
 * taken in the order image slot, node connection, memory, and nothing that holds them waits for another pull.
 */
@NullMarked
package io.crius.image.pull;

import org.jspecify.annotations.NullMarked;
