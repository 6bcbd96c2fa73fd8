/**
 * Reads the logs of containers, which conmon writes in the format of the CRI: {@code TIME STREAM TAG TEXT}, the tag F for a whole
 * line and P for a part of one. Nothing here talks to the runtime.
 */
@NullMarked
package io.crius.daemon.cli.logs;

import org.jspecify.annotations.NullMarked;
