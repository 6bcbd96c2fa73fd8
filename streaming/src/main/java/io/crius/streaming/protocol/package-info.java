/**
 * Kubernetes' remote command and port-forward protocols: which streams or channels mean what, in SPDY and in WebSockets, and what
 * is said at the end.
 *
 * <p>Each connection has a thread that runs the session and one that reads from the client; each forwarded connection has two
 * more. All are virtual. Locks: that of a {@link io.crius.streaming.protocol.SessionRun} is held while a thread is interrupted,
 * others while a field changes; none while waiting.
 */
@NullMarked
package io.crius.streaming.protocol;

import org.jspecify.annotations.NullMarked;
