/**
 * One class per CRI call on pod sandboxes.
 *
 * <p>Reads look at snapshots; changes run on the pod's serial executor, which may wait for executors of its containers, never
 * the other way round. No locks of its own.
 */
@NullMarked
package io.crius.server.sandbox;

import org.jspecify.annotations.NullMarked;
