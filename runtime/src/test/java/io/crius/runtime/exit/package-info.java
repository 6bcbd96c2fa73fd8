/** Tests of {@code io.crius.runtime.exit}. */
@NullMarked
package io.crius.runtime.exit;

import org.jspecify.annotations.NullMarked;
