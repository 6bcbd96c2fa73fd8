/**
 * What the OCI specifications define and more than one part of the daemon speaks of: {@link io.crius.oci.Capability}; in
 * the packages below, JSON, the runtime spec, the image spec and seccomp profiles.
 *
 * <p>Nothing here does I/O beside reading its own resources: callers bring bytes and get values. All types are immutable;
 * there are no locks and no files.
 */
@NullMarked
package io.crius.oci;

import org.jspecify.annotations.NullMarked;
