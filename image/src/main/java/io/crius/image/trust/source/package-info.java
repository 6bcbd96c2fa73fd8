/**
 * Where the signatures of an image are got from: lookaside folders and servers, the registry's own extension, and sigstore's
 * attachments beside the image.
 *
 * <p>On disk: {@code registries.d/*.yaml}, see {@link io.crius.image.trust.source.RegistriesDCodec}. Read at each pull, so that
 * a change counts at once. No locks.
 */
@NullMarked
package io.crius.image.trust.source;

import org.jspecify.annotations.NullMarked;
