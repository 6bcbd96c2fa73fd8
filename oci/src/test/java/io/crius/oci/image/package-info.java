/** Tests of manifests, configs and platforms. */
@NullMarked
package io.crius.oci.image;

import org.jspecify.annotations.NullMarked;
