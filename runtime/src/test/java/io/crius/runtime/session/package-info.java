/** Tests of {@code io.crius.runtime.session}. */
@NullMarked
package io.crius.runtime.session;

import org.jspecify.annotations.NullMarked;
