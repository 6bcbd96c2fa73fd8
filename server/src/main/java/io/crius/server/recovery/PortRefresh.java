package io.crius.server.recovery;

import static java.lang.System.Logger.Level.WARNING;

import io.crius.model.Ticker;
import io.crius.network.hostport.HostPorts;
import java.time.Duration;

/** Writes host ports again from time to time: a firewall that was loaded anew has forgotten them. */
public final class PortRefresh implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PortRefresh.class.getName());
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final HostPorts ports;
    private final Rounds rounds;

    public PortRefresh(HostPorts ports) {
        this.ports = ports;
        this.rounds = new Rounds("host-ports", INTERVAL, this::round, Ticker.system());
    }

    public void start() {
        rounds.start();
    }

    @Override
    public void close() {
        rounds.close();
    }

    private Duration round() {
        try {
            ports.refresh();
        } catch (RuntimeException e) {
            LOG.log(WARNING, () -> e.getMessage() + "; it is tried again");
        }
        return INTERVAL;
    }
}
