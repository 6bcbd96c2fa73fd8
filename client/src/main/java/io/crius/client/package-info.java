/**
 * A CRI client over a unix socket: for tests, benchmarks and people's commands.
 *
 * <p>{@link io.crius.client.CriClient} has the calls by subject: {@code pods()}, {@code containers()}, {@code images()}, and
 * {@code streams()} for exec, attach and port-forward, which give a {@link io.crius.client.stream.RemoteProcess} (standard
 * streams, resize, the end with its exit code) or a {@link io.crius.client.stream.ForwardedPort}:
 *
 * <pre>{@code
 * try (StreamCalls streams = client.streams();
 *         RemoteProcess process = streams.exec(id, Wants.ALL, "cat")) {
 *     process.stdin().write(bytes);
 *     process.stdin().close();
 *     process.stdout().transferTo(System.out);
 *     int code = process.awaitEnd(limit).orElseThrow().exitCode();
 * }
 * }</pre>
 *
 * <p>Calls block and end with their deadline. Answers and errors are those of the wire: generated messages and {@link
 * io.grpc.StatusRuntimeException}. Not for the daemon, which never is a client of itself. Nothing is locked here and
 * nothing is written to disk.
 */
@NullMarked
package io.crius.client;

import org.jspecify.annotations.NullMarked;
