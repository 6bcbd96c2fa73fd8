/** Tests of seccomp profiles. */
@NullMarked
package io.crius.oci.seccomp;

import org.jspecify.annotations.NullMarked;
