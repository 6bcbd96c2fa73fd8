/**
 * What the node says of itself: version, readiness, handlers. Reads only, and never waits.
 */
@NullMarked
package io.crius.server.node;

import org.jspecify.annotations.NullMarked;
