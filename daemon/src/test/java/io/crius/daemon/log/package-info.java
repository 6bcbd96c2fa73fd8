/** Tests of the package. */
@NullMarked
package io.crius.daemon.log;

import org.jspecify.annotations.NullMarked;
