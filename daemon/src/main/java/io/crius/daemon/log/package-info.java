/**
 * How the daemon's log looks and where it goes: lines of text or JSON in the form of CRI-O, on standard error or in a file.
 *
 * <p>The rest of the program logs by {@link System.Logger} and does not know this package. Lock order: a handler writes
 * one line at a time under its own lock and calls nothing else meanwhile.
 */
@NullMarked
package io.crius.daemon.log;

import org.jspecify.annotations.NullMarked;
