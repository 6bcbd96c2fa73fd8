/**
 * Unpacking tar streams that nobody vouches for into the folder of an overlay layer.
 *
 * <p>Safety: every parent of an entry is resolved by the kernel with the layer's folder as root, the last component is
 * never followed, and everything is done relative to descriptors; so no link in the archive leads out of the layer.
 * Not here: decompression (the caller's stream does it), records and locks of the store.
 */
@NullMarked
package io.crius.storage.unpack;

import org.jspecify.annotations.NullMarked;
