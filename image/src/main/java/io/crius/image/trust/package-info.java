/**
 * Whom a node trusts: policy.json put to images before they are pulled and before containers are made of them.
 *
 * <p>{@link io.crius.image.trust.ImageTrust} is the door. Below it: {@code policy} says what is required, {@code signature}
 * what signatures are, {@code openpgp} and {@code sigstore} whether one is true, {@code source} where those of an image are
 * got from. A policy is read whenever it is asked for, so that a change counts at once; only the machine's, for containers, is
 * kept until its file changes. No locks; nothing is loaded before
 * the first image is asked about, and OpenPGP not before a policy needs it.
 */
@NullMarked
package io.crius.image.trust;

import org.jspecify.annotations.NullMarked;
