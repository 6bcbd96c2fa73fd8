/**
 * Sigstore signatures checked with given keys or authorities, by the JDK alone and without asking anybody: public keys,
 * Fulcio's short-lived certificates, certificates of the site's own authority, and what a Rekor log said when it recorded a
 * signature. No locks, no files.
 */
@NullMarked
package io.crius.image.trust.sigstore;

import org.jspecify.annotations.NullMarked;
