/**
 * Signatures of images as bytes and as what they claim; nothing here decides whether one is true.
 *
 * <p>On disk: the forms in which registries, lookaside folders and the store keep signatures, see {@link
 * io.crius.image.trust.signature.ImageSignature} and {@link io.crius.image.trust.signature.StoredSignatures}. No locks.
 */
@NullMarked
package io.crius.image.trust.signature;

import org.jspecify.annotations.NullMarked;
