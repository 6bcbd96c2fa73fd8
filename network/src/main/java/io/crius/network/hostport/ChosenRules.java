package io.crius.network.hostport;

import static java.lang.System.Logger.Level.INFO;

import io.crius.model.CriusException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** nftables where the node has it, else iptables; found out when it is first needed. Thread-safe. */
final class ChosenRules implements KernelRules {
    private static final System.Logger LOG = System.getLogger(ChosenRules.class.getName());

    private final String name;
    private final Program program;
    private final ReentrantLock choice = new ReentrantLock();
    private volatile @Nullable KernelRules chosen;

    ChosenRules(String name, Program program) {
        this.name = name;
        this.program = program;
    }

    @Override
    public void write(Collection<PodPorts> pods) {
        rules().write(pods);
    }

    @Override
    public void forgetFlows(PodPorts pod) {
        rules().forgetFlows(pod);
    }

    @Override
    public boolean areThere(Collection<PodPorts> pods) {
        return rules().areThere(pods);
    }

    @Override
    public void forgetEnded(PodPorts pod) {
        rules().forgetEnded(pod);
    }

    private KernelRules rules() {
        KernelRules known = chosen;
        if (known != null) {
            return known;
        }
        choice.lock();
        try {
            KernelRules made = choose();
            chosen = made;
            return made;
        } finally {
            choice.unlock();
        }
    }

    private KernelRules choose() {
        if (NftRules.isUsable(program)) {
            return new NftRules(name, program);
        }
        if (isUsable("iptables")) {
            LOG.log(INFO, "host ports go by iptables: nft is missing or does not work");
            return new IptablesRules(name.toUpperCase(java.util.Locale.ROOT), program);
        }
        throw new CriusException.FailedPrecondition(
                "host ports: neither nft nor iptables works on this node; install one"
                        + " of them, use a CNI network with the capability portMappings, or set disable_hostport_mapping");
    }

    private boolean isUsable(String iptables) {
        try {
            return program.run(List.of(iptables, "-w", "5", "-t", "nat", "-S", "OUTPUT"), "")
                    .succeeded();
        } catch (IOException _) {
            // There is no such program.
            return false;
        }
    }
}
