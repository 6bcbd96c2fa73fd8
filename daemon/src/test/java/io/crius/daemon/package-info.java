/** Tests of the program and of the shape of all modules. */
@NullMarked
package io.crius.daemon;

import org.jspecify.annotations.NullMarked;
