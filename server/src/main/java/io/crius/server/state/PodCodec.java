package io.crius.server.state;

import io.crius.model.PodId;
import io.crius.network.pod.PodNamespace;
import io.crius.network.pod.PodPins;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.state.PodPlan.HostPortKeeper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;

/** Pods as journal records. The request is kept as it came on the wire, so that no field of it can be lost. */
final class PodCodec {
    private static final String CONTEXT = "pod journal";

    private PodCodec() {}

    static String definition(PodDefinition pod, byte[] wire) {
        var pins = JsonObject.builder();
        pod.plan().pins().paths().forEach((kind, path) -> pins.put(kind.name(), path.toString()));
        return Json.write(JsonObject.builder()
                .put("id", pod.id().value())
                .put("name", pod.name().unique())
                .put("createdAt", pod.createdAt().toString())
                .put("handler", pod.handler())
                .put("hostname", pod.hostname())
                .put("logDirectory", pod.logDirectory().toString())
                .put("cgroupParent", pod.cgroupParent())
                .put("pins", pins.build())
                .put("runFolder", pod.plan().runFolder().toString())
                .put("sharedMemory", pod.plan().sharedMemory().map(Path::toString))
                .put("pause", pod.plan().pause(), ContainerBundle::toJson)
                .put("hostPorts", pod.plan().hostPorts().name())
                .put("choices", pod.plan().choices().toJson())
                .put("request", Base64.getEncoder().encodeToString(wire))
                .build());
    }

    static PodDefinition definition(String record, RequestDecoder decoder) {
        JsonObject json = Json.parseObject(record, CONTEXT);
        var id = new PodId(json.requireString("id", CONTEXT));
        var pins = new EnumMap<PodNamespace, Path>(PodNamespace.class);
        json.stringMap("pins").forEach((kind, path) -> pins.put(PodNamespace.valueOf(kind), Path.of(path)));
        return new PodDefinition(
                id,
                Instant.parse(json.requireString("createdAt", CONTEXT)),
                decoder.pod(Base64.getDecoder().decode(json.requireString("request", CONTEXT))),
                json.requireString("handler", CONTEXT),
                json.requireString("hostname", CONTEXT),
                Path.of(json.requireString("logDirectory", CONTEXT)),
                json.requireString("cgroupParent", CONTEXT),
                new PodPlan(
                        new PodPins(id, Map.copyOf(pins)),
                        Path.of(json.requireString("runFolder", CONTEXT)),
                        json.string("sharedMemory").map(Path::of),
                        json.object("pause", ContainerBundle::fromJson),
                        json.string("hostPorts").map(HostPortKeeper::valueOf).orElse(HostPortKeeper.PLUGINS),
                        json.object("choices", PodChoices::fromJson).orElse(PodChoices.USUAL)));
    }

    static String state(PodState state) {
        return Json.write(
                switch (state) {
                    case PodState.Creating _ -> named("creating").build();
                    case PodState.Ready ready ->
                        named("ready")
                                .strings("ips", ready.ips())
                                .put("cniResult", ready.cniResult())
                                .put("pause", ready.pause(), RuntimeContainer::toJson)
                                .build();
                    case PodState.Stopped stopped ->
                        named("stopped")
                                .put("at", stopped.at().toString())
                                .put("givenBack", stopped.givenBack())
                                .build();
                    case PodState.Doomed doomed ->
                        named("doomed").put("why", doomed.why()).build();
                });
    }

    static PodState state(String record) {
        JsonObject json = Json.parseObject(record, CONTEXT);
        String state = json.requireString("state", CONTEXT);
        return switch (state) {
            case "creating" -> new PodState.Creating();
            case "ready" ->
                new PodState.Ready(
                        json.strings("ips"),
                        json.string("cniResult").orElse(""),
                        json.object("pause", RuntimeContainer::fromJson));
            case "stopped" ->
                new PodState.Stopped(Instant.parse(json.requireString("at", CONTEXT)), json.flag("givenBack"));
            case "doomed" -> new PodState.Doomed(json.string("why").orElse(""));
            default -> throw new io.crius.model.CriusException.DataLoss(CONTEXT + ": unknown state \"" + state + "\"");
        };
    }

    /** Limits that were changed: {@code {"limits":{"overhead":{"resources":{…}},"resources":{"resources":{…}}}}}. */
    static String limits(PodLimits limits) {
        JsonObject both = JsonObject.builder()
                .put("overhead", Json.parseObject(ResourcesCodec.write(limits.overhead()), CONTEXT))
                .put("resources", Json.parseObject(ResourcesCodec.write(limits.resources()), CONTEXT))
                .build();
        return Json.write(JsonObject.builder().put("limits", both).build());
    }

    /** Whether a record is one of these and not a state. */
    static boolean isLimits(String record) {
        return Json.parseObject(record, CONTEXT).has("limits");
    }

    static PodLimits readLimits(String record) {
        JsonObject both = Json.parseObject(record, CONTEXT).requireObject("limits", CONTEXT);
        return new PodLimits(
                ResourcesCodec.read(Json.write(both.requireObject("overhead", CONTEXT))),
                ResourcesCodec.read(Json.write(both.requireObject("resources", CONTEXT))));
    }

    private static JsonObject.Builder named(String state) {
        return JsonObject.builder().put("state", state);
    }
}
