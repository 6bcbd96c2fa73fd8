/** Tests of {@code io.crius.runtime.process}. */
@NullMarked
package io.crius.runtime.process;

import org.jspecify.annotations.NullMarked;
