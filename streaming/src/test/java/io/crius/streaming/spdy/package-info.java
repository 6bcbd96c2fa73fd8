/** Tests. */
@NullMarked
package io.crius.streaming.spdy;

import org.jspecify.annotations.NullMarked;
