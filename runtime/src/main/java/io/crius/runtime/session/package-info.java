/**
 * People's sessions: parts that exec and attach share, and attach, which talks to the container's monitor.
 *
 * <p>Threads: each session has its own (the caller's), one more that carries input, and for attach one that carries output to the
 * person. Locks: that of a {@link io.crius.runtime.session.Backlog} while it changes.
 */
@NullMarked
package io.crius.runtime.session;

import org.jspecify.annotations.NullMarked;
