/**
 * Specifications of the Container Device Interface: what a container gets with a device, as device vendors write it down. Spec:
 * container-device-interface, SPEC.md, versions 0.1.0 to 1.1.0; JSON or YAML.
 *
 * <p>Pure: files come in as bytes. The YAML parser is loaded with the first file in YAML. No locks.
 */
@NullMarked
package io.crius.oci.cdi;

import org.jspecify.annotations.NullMarked;
