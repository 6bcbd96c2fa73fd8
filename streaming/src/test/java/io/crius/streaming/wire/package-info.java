/** Tests. */
@NullMarked
package io.crius.streaming.wire;

import org.jspecify.annotations.NullMarked;
