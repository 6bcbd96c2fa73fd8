/**
 * The container monitor conmon: starting it, its pipes, its control fifo.
 *
 * <p>conmon is a process for each container that holds the container's streams and waits for its end. It detaches from the
 * daemon, lives on when the daemon ends, and is spoken to through files: {@code <bundle>/ctl} (a fifo: {@code 2 0 0}
 * reopens the log), {@code <bundle>/attach} (a packet socket), and its exit files, which {@code io.crius.runtime.exit} reads.
 *
 * <p>Spec: the pipes {@code _OCI_SYNCPIPE} and {@code _OCI_STARTPIPE} of conmon(8) 2.1 without {@code --api-version}.
 */
@NullMarked
package io.crius.runtime.conmon;

import org.jspecify.annotations.NullMarked;
