/**
 * SPDY/3.1 as Kubernetes speaks it: the server's end of a connection with streams. There is no flow control, for the other ends
 * neither send nor obey window updates; a stream whose reader is slow stops the whole connection's reader when {@link
 * io.crius.streaming.wire.ByteQueue} is full. Header blocks of a direction share one zlib context with the standard dictionary.
 *
 * <p>Locks: that of a connection's streams is held while the map changes, and that of its headers while one is encoded and
 * queued; neither while waiting for anything.
 */
@NullMarked
package io.crius.streaming.spdy;

import org.jspecify.annotations.NullMarked;
