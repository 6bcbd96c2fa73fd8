/**
 * People's commands: they run in a process of their own, write to the standard streams, and end. The daemon never loads a
 * class of this package. Nothing here locks or writes to disk.
 */
@NullMarked
package io.crius.daemon.cli;

import org.jspecify.annotations.NullMarked;
