/** Tests of device specifications. */
@NullMarked
package io.crius.oci.cdi;

import org.jspecify.annotations.NullMarked;
