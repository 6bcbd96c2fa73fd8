package io.crius.network.hostport;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Forgets flows by the program conntrack, which nodes of Kubernetes have. Without it they end when they are idle. */
final class Conntrack {
    private static final System.Logger LOG = System.getLogger(Conntrack.class.getName());

    private final Program program;
    private final AtomicBoolean missing = new AtomicBoolean();

    Conntrack(Program program) {
        this.program = program;
    }

    /** Flows to the pod's ports, wherever they lead. */
    void forget(PodPorts pod) {
        each(pod, _ -> List.of());
    }

    /** Flows to the pod's ports that lead to the pod. Those that go to such a port elsewhere, name servers say, go on. */
    void forgetEnded(PodPorts pod) {
        each(pod, lead -> List.of("--reply-src", lead.podIp()));
    }

    private void each(PodPorts pod, Function<Lead, List<String>> filter) {
        for (Family family : Family.values()) {
            for (Lead lead : Lead.of(family, List.of(pod))) {
                if (lead.port().transport() == Transport.UDP && !missing.get()) {
                    forget(family, lead.port(), filter.apply(lead));
                }
            }
        }
    }

    /** Compat: conntrack ends with 1 where there was no such flow. */
    private void forget(Family family, HostPort port, List<String> filter) {
        var command = new ArrayList<>(List.of(
                "conntrack",
                "-D",
                "-f",
                family.conntrack(),
                "-p",
                "udp",
                "--orig-port-dst",
                Integer.toString(port.hostPort())));
        port.singleAddress().ifPresent(address -> command.addAll(List.of("--orig-dst", address)));
        command.addAll(filter);
        try {
            Program.Run _ = program.run(command, "");
        } catch (InterruptedIOException e) {
            LOG.log(WARNING, () -> "flows to host port " + port + " may go on: " + e.getMessage());
        } catch (IOException e) {
            if (!missing.getAndSet(true)) {
                LOG.log(INFO, () -> "flows to UDP host ports are not forgotten: " + e.getMessage());
            }
        }
    }
}
