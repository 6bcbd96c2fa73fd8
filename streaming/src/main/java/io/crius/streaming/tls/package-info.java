/**
 * TLS of the streaming server: certificate and key from PEM files, read again when they change. Lock order: none is held while
 * another is taken; that of {@link io.crius.streaming.tls.TlsSockets} is held while files are read.
 */
@NullMarked
package io.crius.streaming.tls;

import org.jspecify.annotations.NullMarked;
