/** Tests of the JSON codec. */
@NullMarked
package io.crius.oci.json;

import org.jspecify.annotations.NullMarked;
