/** Tests of {@code io.crius.runtime.probe}. */
@NullMarked
package io.crius.runtime.probe;

import org.jspecify.annotations.NullMarked;
