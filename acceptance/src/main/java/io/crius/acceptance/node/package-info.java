/**
 * A node of its own for a test: a CRI server with a private folder, network and cgroup, and the proof at its end that nothing
 * of it is left.
 *
 * <p>On disk: one folder below {@code /tmp}; the CNI bridge and the cgroup carry the folder's random name, so that nodes may
 * run side by side.
 */
@NullMarked
package io.crius.acceptance.node;

import org.jspecify.annotations.NullMarked;
