package io.crius.server.sandbox;

import io.crius.model.Deadline;
import io.crius.network.cni.CapabilityArguments;
import io.crius.network.cni.CniNetworks;
import io.crius.network.cni.CniResult;
import io.crius.network.cni.PodAttachment;
import io.crius.network.hostport.HostPort;
import io.crius.network.hostport.HostPorts;
import io.crius.network.hostport.LoopbackRoutes;
import io.crius.network.hostport.PodPorts;
import io.crius.network.hostport.Transport;
import io.crius.server.state.DnsSettings;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.Pod;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodPlan.HostPortKeeper;
import io.crius.server.state.PodRequest;
import io.crius.server.state.PortMapping;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A pod's attachment to the node's network: from its definition to CNI's terms. A pod on the host's network has none.
 *
 * <p>Thread-safe. Blocks while plugins run.
 */
public final class PodNetwork {
    /** Compat: CRI-O's limits for setting up and taking down, independent of the request that asks. */
    private static final Duration SETUP = Duration.ofMinutes(5);

    private static final Duration TEARDOWN = Duration.ofMinutes(1);

    /** {@code disable_hostport_mapping}. */
    public enum HostPortRule {
        /** The daemon leads ports of the node to pods where their network does not. */
        LEAD,
        LEAVE
    }

    private final CniNetworks networks;
    private final HostPorts hostPorts;
    private final HostPortRule rule;

    public PodNetwork(CniNetworks networks, HostPorts hostPorts, HostPortRule rule) {
        this.networks = networks;
        this.hostPorts = hostPorts;
        this.rule = rule;
    }

    /** Waits until pods can be attached, within the caller's time. */
    void awaitReady(Duration patience) {
        networks.awaitReady(Deadline.currentOr(patience));
    }

    /** Who is going to lead the ports that the pod asks for to it. */
    HostPortKeeper keeper(PodRequest request) {
        boolean wanted = request.namespaces().network() != NamespaceMode.NODE
                && request.ports().stream().anyMatch(port -> port.hostPort() > 0);
        if (!wanted) {
            return HostPortKeeper.NOBODY;
        }
        if (networks.takesPortMappings()) {
            return HostPortKeeper.PLUGINS;
        }
        return rule == HostPortRule.LEAD ? HostPortKeeper.CRIUS : HostPortKeeper.NOBODY;
    }

    /** Refuses ports that can never be led anywhere. */
    static void checkPorts(PodRequest request) {
        var _ = hostPorts(request);
    }

    /** Keeps the pod's ports on the node for it, before anything leads there. */
    void claimPorts(PodDefinition pod) {
        if (pod.plan().hostPorts() != HostPortKeeper.NOBODY) {
            hostPorts.claim(ports(pod, List.of()));
        }
    }

    /** Lets ports of the node lead to the pod, where no plugin does. */
    void openPorts(PodDefinition pod, CniResult network) {
        if (pod.plan().hostPorts() == HostPortKeeper.CRIUS) {
            LoopbackRoutes.over(network.interfaces().stream()
                    .filter(one -> one.sandbox().isEmpty())
                    .map(CniResult.Interface::name)
                    .toList());
            hostPorts.open(ports(pod, network.podIps()));
        }
    }

    /** Frees the pod's ports on the node. Idempotent. */
    void closePorts(PodDefinition pod) {
        if (pod.plan().hostPorts() != HostPortKeeper.NOBODY) {
            hostPorts.close(pod.id());
        }
    }

    /** Takes over the ports that an earlier daemon led to pods; those of pods that are not ready lead nowhere any more. */
    void restorePorts(List<Pod> pods) {
        List<Pod> with = pods.stream()
                .filter(pod -> pod.definition().plan().hostPorts() != HostPortKeeper.NOBODY)
                .toList();
        if (!with.isEmpty()) {
            hostPorts.restore(with.stream()
                    .flatMap(pod -> pod.ready().stream().map(ready -> ports(pod.definition(), ready.ips())))
                    .toList());
        }
    }

    /** Plugins lead by themselves: such ports are known and lead nowhere from here. */
    private static PodPorts ports(PodDefinition pod, List<String> ips) {
        List<String> target = pod.plan().hostPorts() == HostPortKeeper.CRIUS ? ips : List.of();
        return new PodPorts(pod.id(), pod.name().toString(), hostPorts(pod.request()), target);
    }

    private static List<HostPort> hostPorts(PodRequest request) {
        return request.ports().stream()
                .filter(port -> port.hostPort() > 0)
                .map(port -> HostPort.parse(
                        switch (port.protocol()) {
                            case TCP -> Transport.TCP;
                            case UDP -> Transport.UDP;
                            case SCTP -> Transport.SCTP;
                        },
                        port.hostIp(),
                        port.hostPort(),
                        port.containerPort()))
                .toList();
    }

    /** Attaches the pod and says what it got; a pod on the host's network gets nothing. */
    Optional<CniResult> attach(PodDefinition pod) {
        return attachment(pod).map(a -> networks.attach(a, Deadline.after(SETUP)));
    }

    /**
     * Asks the plugins whether the pod's attachment still is as it was made; see {@link CniNetworks#check}.
     *
     * @throws io.crius.model.CriusException with the plugin's words where it is not
     */
    public void check(PodDefinition pod, Deadline deadline) {
        attachment(pod).ifPresent(a -> networks.check(a, deadline));
    }

    /** Gives the attachment back. Idempotent; works without a namespace. */
    void detach(PodDefinition pod) {
        attachment(pod).ifPresent(a -> networks.detach(a, Deadline.after(TEARDOWN)));
    }

    private Optional<PodAttachment> attachment(PodDefinition pod) {
        PodRequest request = pod.request();
        var name = new PodAttachment.PodName(
                request.name().namespace(),
                request.name().name(),
                request.name().uid());
        return pod.plan().networkNamespace().map(netns -> PodAttachment.eth0(pod.id(), name, netns, arguments(pod)));
    }

    private CapabilityArguments arguments(PodDefinition pod) {
        PodRequest request = pod.request();
        CapabilityArguments arguments = CapabilityArguments.ofAnnotations(request.annotations());
        if (pod.plan().hostPorts() == HostPortKeeper.PLUGINS) {
            arguments = arguments.withPortMappings(ports(request.ports()));
        }
        if (!pod.cgroupParent().isEmpty()) {
            arguments = arguments.withCgroupPath(pod.cgroupParent());
        }
        return request.dns().map(PodNetwork::dns).map(arguments::withDns).orElse(arguments);
    }

    private static List<CapabilityArguments.PortMapping> ports(List<PortMapping> ports) {
        return ports.stream()
                .filter(p -> p.hostPort() > 0)
                .map(p -> new CapabilityArguments.PortMapping(
                        p.hostPort(),
                        p.containerPort(),
                        switch (p.protocol()) {
                            case TCP -> CapabilityArguments.Protocol.TCP;
                            case UDP -> CapabilityArguments.Protocol.UDP;
                            case SCTP -> CapabilityArguments.Protocol.SCTP;
                        },
                        p.hostIp().isEmpty() ? Optional.empty() : Optional.of(p.hostIp())))
                .toList();
    }

    private static CapabilityArguments.Dns dns(DnsSettings dns) {
        return new CapabilityArguments.Dns(dns.servers(), dns.searches(), dns.options());
    }
}
