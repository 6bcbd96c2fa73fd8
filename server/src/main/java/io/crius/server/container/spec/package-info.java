/**
 * The OCI runtime spec of a container, made by a chain of small steps.
 *
 * <p>A step takes what was decided about the container and the spec so far, and returns the spec with its part added. Nothing
 * here changes anything; seccomp profiles are the only files that are read.
 */
@NullMarked
package io.crius.server.container.spec;

import org.jspecify.annotations.NullMarked;
