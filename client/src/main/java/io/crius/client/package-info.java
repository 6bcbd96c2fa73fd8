/**
 * A CRI client over a unix socket: for tests, benchmarks and people's commands.
 *
 * <p>Calls block and end with their deadline. Answers and errors are those of the wire: generated messages and {@link
 * io.grpc.StatusRuntimeException}. Not for the daemon, which never is a client of itself. Nothing is locked here and
 * nothing is written to disk.
 */
@NullMarked
package io.crius.client;

import org.jspecify.annotations.NullMarked;
