package io.crius.server.node;

import io.crius.network.cni.CniNetworks;
import io.crius.network.cni.NetworkReadiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Status and RuntimeConfig: whether pods can run here, and with what. Never waits. */
public final class NodeStatus {
    /** Who makes cgroups; kubelet adopts the answer. */
    public enum CgroupDriver {
        SYSTEMD,
        CGROUPFS
    }

    /** A condition of the node; reason and message are empty where it is fulfilled. */
    public record Condition(String type, boolean fulfilled, String reason, String message) {}

    /** What kubelet may ask of a runtime handler; the empty name stands for the default one. */
    public record Handler(String name, boolean recursiveReadOnlyMounts, boolean userNamespaces) {}

    /** Everything that Status answers. */
    public record Snapshot(List<Condition> conditions, List<Handler> handlers, Map<String, String> info) {
        public Snapshot {
            conditions = List.copyOf(conditions);
            handlers = List.copyOf(handlers);
            info = Map.copyOf(info);
        }
    }

    private final Handlers handlers;
    private final CniNetworks networks;
    private final CgroupDriver cgroupDriver;
    private final Supplier<Map<String, String>> info;

    /** {@code info} gives the verbose answer: JSON by names. */
    public NodeStatus(
            Handlers handlers, CniNetworks networks, CgroupDriver cgroupDriver, Supplier<Map<String, String>> info) {
        this.handlers = handlers;
        this.networks = networks;
        this.cgroupDriver = cgroupDriver;
        this.info = info;
    }

    public Snapshot status() {
        return new Snapshot(List.of(runtimeReady(), networkReady()), handlerList(), info.get());
    }

    public CgroupDriver cgroupDriver() {
        return cgroupDriver;
    }

    private Condition runtimeReady() {
        return handlers.problem()
                .map(problem -> new Condition("RuntimeReady", false, "OciRuntimeNotReady", problem))
                .orElseGet(() -> new Condition("RuntimeReady", true, "", ""));
    }

    private Condition networkReady() {
        NetworkReadiness network = networks.readiness();
        return new Condition("NetworkReady", network.ready(), network.reason(), network.message());
    }

    /** Compat: the default handler appears a second time with an empty name. */
    private List<Handler> handlerList() {
        var list = new ArrayList<Handler>();
        handlers.all().forEach(h -> list.add(handler(h.name(), h)));
        handlers.defaultHandler().ifPresent(h -> list.add(handler("", h)));
        return list;
    }

    /** Compat: a runtime that cannot map ids of volumes is not offered for pods with user namespaces. */
    private static Handler handler(String name, Handlers.Known known) {
        return new Handler(
                name,
                known.features().recursiveReadOnlyMounts(),
                known.features().idMappedMounts());
    }
}
