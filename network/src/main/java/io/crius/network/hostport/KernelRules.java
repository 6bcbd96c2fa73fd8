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
     * Whether rules are in the kernel by which these ports lead, as far as a look at our table or chains tells: somebody who throws
     * rules away throws all of them away. Changes nothing. Blocks while programs run.
     */
    boolean areThere(Collection<PodPorts> pods);

    /**
     * Forgets connections that began before their port led anywhere. Kernel: a flow of UDP packets has no end, so that one which
     * was let through once is never looked at again. Best effort.
     */
    void forgetFlows(PodPorts pod);

    /**
     * Forgets connections that lead to a pod whose ports lead there no more: a client who goes on sending would be heard by nobody,
     * or by the pod that gets the address next. Best effort.
     */
    void forgetEnded(PodPorts pod);
}
