/** Tests of {@code io.crius.runtime.exec}. */
@NullMarked
package io.crius.runtime.exec;

import org.jspecify.annotations.NullMarked;
