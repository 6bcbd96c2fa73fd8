/**
 * The client's end of a streaming server: exec, attach and port-forward over WebSocket, by the JDK's own client, so that both
 * ends are not written by the same hand.
 *
 * <p>{@link io.crius.client.StreamCalls} is the way in. A {@link io.crius.client.stream.RemoteProcess} has the streams of a
 * process as ordinary blocking Java streams, a {@link io.crius.client.stream.ForwardedPort} those of a connection to a port of a
 * pod. Streams that are not read hold up the others of the same process once
 * {@value io.crius.client.stream.ChannelLink#LIMIT} bytes wait; closing a stream that is of no interest drops what comes for it.
 *
 * <p>Locks: that of a link is held while its queues change, that of sending while a message is sent; never both.
 */
@NullMarked
package io.crius.client.stream;

import org.jspecify.annotations.NullMarked;
