/**
 * OpenPGP messages checked with given keys, by Bouncy Castle. The only package that knows it; its classes are loaded when the
 * first signature of this kind is checked and never before. No locks, no files.
 */
@NullMarked
package io.crius.image.trust.openpgp;

import org.jspecify.annotations.NullMarked;
