/**
 * One class per CRI call on containers.
 *
 * <p>Reads look at snapshots; changes run on the container's serial executor. No locks of its own.
 */
@NullMarked
package io.crius.server.container;

import org.jspecify.annotations.NullMarked;
