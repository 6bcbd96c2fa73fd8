/**
 * OCI artifacts on the node: content that is no image, such as models, policies or configuration, kept as the files it came
 * as. Not here: getting them (package {@code pull}), and mounting them into containers.
 *
 * <p>On disk: an OCI layout in {@code <root>/artifacts}, shared with podman and CRI-O ({@code index.json}, {@code
 * blobs/<algorithm>/<hex>}), and read-only ones of the same shape. Reading takes no lock: the index is replaced as a whole.
 * Changes hold {@code index.lock}, never while the network is waited for.
 */
@NullMarked
package io.crius.image.artifact;

import org.jspecify.annotations.NullMarked;
