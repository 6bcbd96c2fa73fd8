/**
 * Cases over the CRI socket, for any server: {@code -Dcrius.target=crius} (the default) or {@code containerd} starts one of
 * its own for each class; {@code -Dcrius.socket=PATH} takes one that runs already, of the kind that {@code crius.target}
 * names. {@code -Dcrius.runtime=PATH} chooses the OCI runtime and {@code -Dcrius.launcher=PATH} the program of Crius.
 *
 * <p>A case that does not apply to every server carries {@link io.crius.acceptance.Needs}.
 */
@NullMarked
package io.crius.acceptance;

import org.jspecify.annotations.NullMarked;
