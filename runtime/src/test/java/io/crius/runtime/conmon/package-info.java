/** Tests of {@code io.crius.runtime.conmon}. */
@NullMarked
package io.crius.runtime.conmon;

import org.jspecify.annotations.NullMarked;
