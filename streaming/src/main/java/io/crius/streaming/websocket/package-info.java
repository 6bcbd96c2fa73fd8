/**
 * The server's end of a WebSocket (RFC 6455, version 13, no extensions), and the channels that Kubernetes puts into its messages.
 * Payloads are handed on piece by piece: no message is ever held as a whole. No locks of its own.
 */
@NullMarked
package io.crius.streaming.websocket;

import org.jspecify.annotations.NullMarked;
