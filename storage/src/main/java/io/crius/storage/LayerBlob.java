package io.crius.storage;

import io.crius.model.Digest;

/**
 * The blob that a layer came in, as the registry serves it.
 *
 * @param digest its digest, checked by the caller; equals the layer's diff id where it was not compressed
 * @param size its size in bytes
 */
public record LayerBlob(Digest digest, long size, Compression compression) {}
