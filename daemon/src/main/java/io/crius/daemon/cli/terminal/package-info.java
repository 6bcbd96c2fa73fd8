/**
 * A person's streams beside those of a process in a container: keys, output, the size of the window, the keys that detach.
 *
 * <p>Threads: one for each output, one for the keyboard, which nobody can wake and which ends with the program, and one
 * that looks at the size of the window. Nothing is locked.
 */
@NullMarked
package io.crius.daemon.cli.terminal;

import org.jspecify.annotations.NullMarked;
