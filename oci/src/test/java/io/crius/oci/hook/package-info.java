/** Tests of hooks by files of the node. */
@NullMarked
package io.crius.oci.hook;

import org.jspecify.annotations.NullMarked;
