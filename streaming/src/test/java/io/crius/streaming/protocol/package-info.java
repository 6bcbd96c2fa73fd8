/** Tests. */
@NullMarked
package io.crius.streaming.protocol;

import org.jspecify.annotations.NullMarked;
