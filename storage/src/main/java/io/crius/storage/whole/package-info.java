/**
 * Drivers that keep the whole tree of each layer, its parent's files included, in a folder of its own: vfs by copying, btrfs by
 * snapshots. Nothing is mounted; a container's root is its layer's folder.
 *
 * <p>On disk: {@code vfs/dir/<layer>} and {@code btrfs/subvolumes/<layer>}, with {@code tempdirs} beside {@code dir} and
 * {@code subvolumes}.
 */
@NullMarked
package io.crius.storage.whole;

import org.jspecify.annotations.NullMarked;
