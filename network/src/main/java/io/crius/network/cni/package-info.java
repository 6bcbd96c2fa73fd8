/**
 * A CNI runtime (specification 1.1.0): which network the node has, whether it is ready, and running its plugins for pods.
 *
 * <p>{@link io.crius.network.cni.CniNetworks} is the way in. Results are kept in libcni's cache format, so that a pod that was
 * attached by CRI-O can be detached by Crius and the other way round. Not here: pod namespaces, host ports, retries.
 *
 * <p>Locks, in order: the pod's lock, then the garbage collection lock (shared by attachments, exclusive for a collection);
 * both are held while plugins run. A collection has no pod's lock when it takes its own. The lock of the readiness snapshot is held only to publish or await one.
 *
 * <p>On disk: {@code <cache_dir>/results/<network>-<pod id>-<interface>}, see {@link io.crius.network.cni.AttachmentCache};
 * read only: the configuration and plugin directories.
 */
@NullMarked
package io.crius.network.cni;

import org.jspecify.annotations.NullMarked;
