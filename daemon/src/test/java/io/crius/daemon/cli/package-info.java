/** Tests of the package. */
@NullMarked
package io.crius.daemon.cli;

import org.jspecify.annotations.NullMarked;
