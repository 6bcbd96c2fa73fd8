/**
 * Why something takes so long: one {@link io.crius.server.explain.Explanation} per pod, container or image, put together
 * from snapshots when somebody asks, and written to the log when a step stalls. Never waits for anything that it explains.
 *
 * <p>Locks: none of its own is held while others are taken.
 */
@NullMarked
package io.crius.server.explain;

import org.jspecify.annotations.NullMarked;
