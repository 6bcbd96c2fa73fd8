/**
 * Whole-system measurements: Crius beside Debian's containerd, on nodes of their own, driven by the same client from the same
 * registry in the same run.
 *
 * <p>Every operation is made on one server after the other before the next one starts, so that a machine that becomes slower
 * or faster does so for all. On disk: the nodes' folders and one with the registry, all in {@code /tmp} and gone at the end.
 */
@NullMarked
package io.crius.bench;

import org.jspecify.annotations.NullMarked;
