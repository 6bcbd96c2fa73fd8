/** Tests of {@code io.crius.runtime.oci} with real runtimes and monitors: they need root. */
@NullMarked
package io.crius.runtime.oci;

import org.jspecify.annotations.NullMarked;
