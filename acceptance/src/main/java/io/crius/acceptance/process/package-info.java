/**
 * Programs that a test runs: once, for their output, and servers that live as long as a test node. Nothing is ended that was
 * not started here.
 */
@NullMarked
package io.crius.acceptance.process;

import org.jspecify.annotations.NullMarked;
