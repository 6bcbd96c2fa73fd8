/**
 * Layer folders of the overlay driver, and mounts made of them. No locks and no records here: callers hold
 * {@code layers.lock} for whatever changes a folder, {@code storage.lock} too for mounts.
 *
 * <p>On disk, {@code overlay/<layer>/}: {@code diff} (the tree), {@code link} (its short name), {@code lower} and
 * {@code lower-layers} (the layers below, as short names and as ids), {@code work}, {@code merged} (the mount point), and for
 * layers without parent {@code empty}. {@code overlay/l/<short name>} is a link to {@code ../<layer>/diff}.
 */
@NullMarked
package io.crius.storage.overlay;

import org.jspecify.annotations.NullMarked;
