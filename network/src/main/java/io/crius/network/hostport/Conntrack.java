package io.crius.network.hostport;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Forgets flows by the program conntrack, which nodes of Kubernetes have. Without it they end when they are idle. */
final class Conntrack {
    private static final System.Logger LOG = System.getLogger(Conntrack.class.getName());

    private final Program program;
    private final AtomicBoolean missing = new AtomicBoolean();

    Conntrack(Program program) {
        this.program = program;
    }

    void forget(PodPorts pod) {
        for (Family family : Family.values()) {
            for (Lead lead : Lead.of(family, List.of(pod))) {
                if (lead.port().transport() == Transport.UDP && !missing.get()) {
                    forget(family, lead.port());
                }
            }
        }
    }

    /** Compat: conntrack ends with 1 where there was no such flow. */
    private void forget(Family family, HostPort port) {
        try {
            Program.Run _ = program.run(
                    List.of(
                            "conntrack",
                            "-D",
                            "-f",
                            family.conntrack(),
                            "-p",
                            "udp",
                            "--orig-port-dst",
                            Integer.toString(port.hostPort())),
                    "");
        } catch (IOException e) {
            if (!missing.getAndSet(true)) {
                LOG.log(INFO, () -> "flows to UDP host ports are not forgotten: " + e.getMessage());
            }
        }
    }
}
