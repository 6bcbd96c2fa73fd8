/**
 * What both protocols stand on: the socket with its idle time, frames going out, and the bytes of one stream coming in.
 *
 * <p>Locks: a {@link io.crius.streaming.wire.ByteQueue}'s is held while its queue changes, that of a {@link
 * io.crius.streaming.wire.FrameOutput} while a frame is written to the socket, which may take as long as the client does not
 * read. Never both.
 */
@NullMarked
package io.crius.streaming.wire;

import org.jspecify.annotations.NullMarked;
