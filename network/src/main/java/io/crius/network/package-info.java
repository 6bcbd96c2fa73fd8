/**
 * The pod's network: its pinned namespaces and small network files ({@link io.crius.network.pod}), and what CNI plugins do
 * to it ({@link io.crius.network.cni}).
 *
 * <p>Not here: host ports done by the daemon itself (until that part is built they are delegated to the {@code portmap}
 * plugin), the pod's journal, and retries of a teardown that did not succeed; both belong to the server, which is given
 * everything it has to write down before anything is taken. The two packages do not know each other.
 */
@NullMarked
package io.crius.network;

import org.jspecify.annotations.NullMarked;
