/**
 * Images made by hand and the registry on loopback that serves them.
 *
 * <p>Layers are written as tar archives of our own, images as OCI layouts; skopeo brings them to the registry and so checks
 * that they are well-formed. On disk: a layout folder and the registry's own folder, both below the folder of the test.
 */
@NullMarked
package io.crius.acceptance.image;

import org.jspecify.annotations.NullMarked;
