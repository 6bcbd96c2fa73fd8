/**
 * The OCI runtime spec of a container, made by a chain of small pure steps.
 *
 * <p>A step takes what was decided about the container and the spec so far, and returns the spec with its part added. Nothing
 * here touches the disk or the kernel.
 */
@NullMarked
package io.crius.server.container.spec;

import org.jspecify.annotations.NullMarked;
