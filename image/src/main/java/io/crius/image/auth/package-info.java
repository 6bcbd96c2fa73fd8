/**
 * Credentials for registries: those of a request, and those that the node keeps in files and helper programs.
 *
 * <p>Secrets stay in memory for as long as a pull takes, and are never part of a text. Not here: the HTTP
 * authentication schemes (package {@code registry}). Files are read anew at each look-up, none is written; no locks.
 */
@NullMarked
package io.crius.image.auth;

import org.jspecify.annotations.NullMarked;
