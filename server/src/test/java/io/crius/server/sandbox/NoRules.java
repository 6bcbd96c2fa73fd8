package io.crius.server.sandbox;

import io.crius.network.hostport.KernelRules;
import io.crius.network.hostport.PodPorts;
import java.util.Collection;

/** A kernel that is never told of a port. */
final class NoRules implements KernelRules {
    @Override
    public void write(Collection<PodPorts> pods) {
        throw new AssertionError("no ports are opened here");
    }

    @Override
    public boolean areThere(Collection<PodPorts> pods) {
        return true;
    }

    @Override
    public void forgetEnded(PodPorts pod) {
        throw new AssertionError("no ports are opened here");
    }

    @Override
    public void forgetFlows(PodPorts pod) {
        throw new AssertionError("no ports are opened here");
    }
}
