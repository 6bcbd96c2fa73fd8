/**
 * As much of HTTP/1.1 as an upgrade needs: one request head, one answer. Spec: RFC 9112. No locks.
 */
@NullMarked
package io.crius.streaming.http;

import org.jspecify.annotations.NullMarked;
