package io.crius.network.cni;

import io.crius.network.cni.CapabilityArguments.PortMapping;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import java.util.Locale;
import java.util.OptionalLong;

/** Writes capability arguments as CNI's well-known JSON (the conventions page of the specification). */
final class RuntimeArguments {
    static final String PORT_MAPPINGS = "portMappings";

    private RuntimeArguments() {}

    /** All arguments that there are, by capability; what has nothing to say is left out. */
    static JsonObject json(CapabilityArguments arguments) {
        var json = JsonObject.builder();
        json.list(PORT_MAPPINGS, arguments.portMappings(), RuntimeArguments::port);
        json.put("bandwidth", arguments.bandwidth(), RuntimeArguments::bandwidth);
        json.put("cgroupPath", arguments.cgroupPath());
        json.stringMap("io.kubernetes.cri.pod-annotations", arguments.podAnnotations());
        json.put("dns", arguments.dns(), RuntimeArguments::dns);
        return json.build();
    }

    private static JsonObject port(PortMapping mapping) {
        return JsonObject.builder()
                .put("hostPort", mapping.hostPort())
                .put("containerPort", mapping.containerPort())
                .put("protocol", mapping.protocol().name().toLowerCase(Locale.ROOT))
                .put("hostIP", mapping.hostIp())
                .build();
    }

    private static JsonObject bandwidth(Bandwidth bandwidth) {
        var json = JsonObject.builder();
        rate(json, "ingress", bandwidth.ingressBitsPerSecond());
        rate(json, "egress", bandwidth.egressBitsPerSecond());
        return json.build();
    }

    private static void rate(JsonObject.Builder json, String direction, OptionalLong rate) {
        if (rate.isPresent()) {
            json.put(direction + "Rate", rate.getAsLong());
            json.put(direction + "Burst", Bandwidth.BURST_BITS);
        }
    }

    private static JsonObject dns(CapabilityArguments.Dns dns) {
        return JsonObject.builder()
                .put("servers", JsonArray.ofStrings(dns.servers()))
                .put("searches", JsonArray.ofStrings(dns.searches()))
                .put("options", JsonArray.ofStrings(dns.options()))
                .build();
    }
}
