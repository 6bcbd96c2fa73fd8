/**
 * The streaming server: people's exec, attach and port-forward sessions, over SPDY/3.1 and WebSocket.
 *
 * <p>Whoever serves the CRI asks {@link io.crius.streaming.StreamingServer} for a URL for a session; the URL's token works once
 * and for a minute. When a client comes with it, the session runs: {@link io.crius.streaming.session.ProcessSession} or {@link
 * io.crius.streaming.session.PortTarget}, which others implement. Nothing of what the client says changes what the session
 * does.
 *
 * <p>With a port of the kernel's choice nothing is opened, loaded or started before the first URL is asked for.
 *
 * <p>Threads: one virtual thread accepts; each connection has its own, see {@link io.crius.streaming.protocol}. Locks: the
 * server's is held while it begins to listen, the tokens' while their map changes, that of the TLS files while they are read;
 * never two of them.
 */
@NullMarked
package io.crius.streaming;

import org.jspecify.annotations.NullMarked;
