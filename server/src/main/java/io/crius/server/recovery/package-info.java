/**
 * What the daemon does about the past: reading journals at start, and giving back what could not be given back before.
 */
@NullMarked
package io.crius.server.recovery;

import org.jspecify.annotations.NullMarked;
