/**
 * Reading tar streams that nobody vouches for, and unpacking them into the folder of an overlay layer.
 *
 * <p>Not here: decompression and digests of blobs (the caller's stream does both), records and locks of the store.
 */
@NullMarked
package io.crius.storage.archive;

import org.jspecify.annotations.NullMarked;
