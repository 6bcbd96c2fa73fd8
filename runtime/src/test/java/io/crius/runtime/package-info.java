/** Tests of {@code io.crius.runtime}. */
@NullMarked
package io.crius.runtime;

import org.jspecify.annotations.NullMarked;
