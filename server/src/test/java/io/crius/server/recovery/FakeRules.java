package io.crius.server.recovery;

import io.crius.network.hostport.KernelRules;
import io.crius.network.hostport.PodPorts;
import java.util.Collection;
import java.util.List;

/** What the kernel leads to pods, in memory. */
final class FakeRules implements KernelRules {
    private final Steps steps;
    private volatile List<PodPorts> led = List.of();

    FakeRules(Steps steps) {
        this.steps = steps;
    }

    @Override
    public void write(Collection<PodPorts> pods) {
        boolean _ = steps.step("write host ports", () -> {
            led = List.copyOf(pods);
            return true;
        });
    }

    @Override
    public boolean areThere(Collection<PodPorts> pods) {
        return led.containsAll(pods);
    }

    @Override
    public void forgetFlows(PodPorts pod) {}

    @Override
    public void forgetEnded(PodPorts pod) {}

    void reboot() {
        led = List.of();
    }

    List<String> leftovers() {
        return led.stream().map(pod -> "host ports of pod " + pod.pod()).toList();
    }
}
