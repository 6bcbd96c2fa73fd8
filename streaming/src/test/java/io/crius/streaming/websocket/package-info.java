/** Tests. */
@NullMarked
package io.crius.streaming.websocket;

import org.jspecify.annotations.NullMarked;
