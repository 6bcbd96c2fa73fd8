/** Tests of {@code io.crius.runtime.cli}. */
@NullMarked
package io.crius.runtime.cli;

import org.jspecify.annotations.NullMarked;
