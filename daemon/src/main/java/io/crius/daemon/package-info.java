/**
 * The program: which command was asked for, and the daemon's way from its command line to its end.
 *
 * <p>The one place that knows every module: the object graph is built here by plain constructors. What only people's
 * commands need is in {@code cli}, which the daemon never loads. Nothing here locks.
 */
@NullMarked
package io.crius.daemon;

import org.jspecify.annotations.NullMarked;
