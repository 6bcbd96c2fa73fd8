package io.crius.network.hostport;

import java.util.Collection;

/** What the kernel does about ports of the node. Thread-safe through its caller, who writes one at a time. */
public interface KernelRules {
    /**
     * Makes the kernel lead exactly these ports, and no others of ours; with none, nothing of ours is left in it. All or
     * nothing in each family. Repeating it changes nothing.
     *
     * <p>Blocks: while programs run.
     *
     * @throws io.crius.model.CriusException.Failed with the program's own words
     */
    void write(Collection<PodPorts> pods);

    /**
     * Forgets connections that began before their port led anywhere. Kernel: a flow of UDP packets has no end, so that one which
     * was let through once is never looked at again. Best effort.
     */
    void forgetFlows(PodPorts pod);
}
