/** Tests of the runtime spec: by text, by random specs, and on the OCI runtimes of the node (IT). */
@NullMarked
package io.crius.oci.runtime;

import org.jspecify.annotations.NullMarked;
