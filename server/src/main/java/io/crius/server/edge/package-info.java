/**
 * The gRPC edge: wire types come in, are checked and turned into values, one use case is called, and values become wire
 * types again. Errors become gRPC codes here and nowhere else. Nothing here decides anything about pods or images.
 *
 * <p>Every call runs on a virtual thread of its own; the caller going away interrupts it. No locks.
 */
@NullMarked
package io.crius.server.edge;

import org.jspecify.annotations.NullMarked;
