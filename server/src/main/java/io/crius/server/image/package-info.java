/**
 * One class per CRI call on images, over the image module. No state but the notes of {@link io.crius.server.image.ImageRemovals}, and no locks.
 */
@NullMarked
package io.crius.server.image;

import org.jspecify.annotations.NullMarked;
