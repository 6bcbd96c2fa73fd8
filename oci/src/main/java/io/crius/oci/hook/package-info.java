/**
 * The files of {@code hooks_dir}: which hook runs for which containers. Compat: oci-hooks(5), versions 1.0.0 and 0.1.0.
 *
 * <p>Pure: files come in as bytes. No locks.
 */
@NullMarked
package io.crius.oci.hook;

import org.jspecify.annotations.NullMarked;
