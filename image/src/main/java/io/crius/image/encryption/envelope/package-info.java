/**
 * Messages in OpenPGP and CMS (PKCS #7) that a private key opens, by Bouncy Castle. Its classes are loaded by the first key of
 * OpenPGP, and by the first layer whose key came in such a message; never before. No locks, no files.
 */
@NullMarked
package io.crius.image.encryption.envelope;

import org.jspecify.annotations.NullMarked;
