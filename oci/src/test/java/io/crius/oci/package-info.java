/** Tests of what the OCI specifications define. */
@NullMarked
package io.crius.oci;

import org.jspecify.annotations.NullMarked;
