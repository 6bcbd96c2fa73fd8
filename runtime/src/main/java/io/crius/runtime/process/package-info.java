/**
 * Processes of the node: finding them again by more than their number, reading their output, and collecting those that
 * nobody waits for.
 *
 * <p>Locks: none is held during a call into the kernel.
 */
@NullMarked
package io.crius.runtime.process;

import org.jspecify.annotations.NullMarked;
