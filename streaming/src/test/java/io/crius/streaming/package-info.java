/** Tests. */
@NullMarked
package io.crius.streaming;

import org.jspecify.annotations.NullMarked;
