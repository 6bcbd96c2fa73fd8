/**
 * Images as the CRI sees them, over what the store holds: lists, look-up by any spelling of a name, removal, sizes.
 *
 * <p>Pulling is {@link io.crius.image.pull}, registries and short names are {@link io.crius.image.registries}. Not here: the
 * store's format (module {@code storage}), protobuf. No files of its own. {@link io.crius.image.ImageConfigs} guards its
 * cache with a private lock that is not held while the store is asked.
 */
@NullMarked
package io.crius.image;

import org.jspecify.annotations.NullMarked;
