/**
 * policy.json as values: which requirements an image has to meet, by the place its name points to.
 *
 * <p>On disk: see {@link io.crius.image.trust.policy.PolicyCodec}. Nothing here checks a signature. No locks.
 */
@NullMarked
package io.crius.image.trust.policy;

import org.jspecify.annotations.NullMarked;
