/**
 * Encrypted layers, as ocicrypt makes them: the annotations of a layer hold the key that it is encrypted with, wrapped for
 * those who may read it.
 *
 * <p>{@link io.crius.image.encryption.KeyFolder} reads the node's private keys, {@link io.crius.image.encryption.ImageKeys}
 * unwraps the key of each encrypted layer with them, {@link io.crius.image.encryption.LayerKey} decrypts a blob while it is
 * read, and {@link io.crius.image.encryption.DecryptedManifest} is what the store gets. Not here: fetching and unpacking
 * (package {@code pull}), OpenPGP and CMS (package {@code envelope}).
 *
 * <p>On disk: the key folder, read at each pull of an encrypted image and never written. No locks. No message and no
 * {@code toString} has anything of a private key or of a layer's key.
 */
@NullMarked
package io.crius.image.encryption;

import org.jspecify.annotations.NullMarked;
