/**
 * registries.conf: which registries, mirrors and rewrites an image name leads to, and what a short name means.
 *
 * <p>Read from disk: the main file, its drop-in folder, and the aliases that podman recorded; nothing is written. TOML stops
 * here, at {@link io.crius.image.registries.RegistriesCodec}. Values are immutable; {@link
 * io.crius.image.registries.CurrentRegistries} swaps them as a whole. Not here: talking to registries. Spec:
 * containers-registries.conf(5), version 2, and version 1 as far as it goes.
 */
@NullMarked
package io.crius.image.registries;

import org.jspecify.annotations.NullMarked;
