/**
 * Ports of the node that lead to pods, where the pods' CNI network does not do that itself.
 *
 * <p>What the kernel should have is kept as a whole and written as a whole, in one transaction, each time it changes and
 * again from time to time: whatever a firewall's reload has thrown away comes back. All of it is in one table of our
 * own, by nftables, or in two chains of our own, by iptables; nothing else is touched, and nothing is left where no pod
 * has ports.
 *
 * <p>Lock order: {@link io.crius.network.hostport.HostPorts} holds the lock for writing while programs write rules, and inside
 * it, only for a moment, the one on what is wanted. Flows are forgotten without a lock.
 */
@NullMarked
package io.crius.network.hostport;

import org.jspecify.annotations.NullMarked;
