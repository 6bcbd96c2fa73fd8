package io.crius.server.state;

import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.PodId;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.RuntimeContainer;
import io.crius.server.state.ContainerDefinition.User;
import io.crius.server.state.ContainerState.Exit;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Containers as journal records. The request is kept as it came on the wire, so that no field of it can be lost. */
final class ContainerCodec {
    private static final String CONTEXT = "container journal";

    private ContainerCodec() {}

    static String definition(ContainerDefinition container, byte[] wire) {
        return Json.write(JsonObject.builder()
                .put("pod", container.pod().value())
                .put("createdAt", container.createdAt().toString())
                .put("name", container.uniqueName())
                .put("image", container.image().value())
                .put("imageName", container.imageName())
                .put("imageRef", container.imageRef())
                .put("stopSignal", container.stopSignal())
                .stringMap("mountedImages", mounted(container))
                .put("bundle", container.bundle().toJson())
                .put("request", Base64.getEncoder().encodeToString(wire))
                .build());
    }

    static ContainerDefinition definition(String record, RequestDecoder decoder) {
        JsonObject json = Json.parseObject(record, CONTEXT);
        var pod = new PodId(json.requireString("pod", CONTEXT));
        return new ContainerDefinition(
                Instant.parse(json.requireString("createdAt", CONTEXT)),
                decoder.container(pod, Base64.getDecoder().decode(json.requireString("request", CONTEXT))),
                json.requireString("name", CONTEXT),
                new ImageId(json.requireString("image", CONTEXT)),
                json.requireString("imageName", CONTEXT),
                json.requireString("imageRef", CONTEXT),
                json.requireString("stopSignal", CONTEXT),
                mounted(json),
                ContainerBundle.fromJson(json.requireObject("bundle", CONTEXT)));
    }

    private static Map<String, String> mounted(ContainerDefinition container) {
        Map<String, String> images = new TreeMap<>();
        container.mountedImages().forEach((name, image) -> images.put(name, image.value()));
        return images;
    }

    private static Map<String, ImageId> mounted(JsonObject json) {
        Map<String, ImageId> images = new HashMap<>();
        json.stringMap("mountedImages").forEach((name, image) -> images.put(name, new ImageId(image)));
        return images;
    }

    static String state(ContainerState state) {
        return Json.write(
                switch (state) {
                    case ContainerState.Creating _ -> named("creating").build();
                    case ContainerState.Created created ->
                        user(named("created"), created.user())
                                .put("runtime", created.runtime().toJson())
                                .build();
                    case ContainerState.Running running ->
                        user(named("running"), running.user())
                                .put("runtime", running.runtime().toJson())
                                .put("startedAt", running.startedAt().toString())
                                .build();
                    case ContainerState.Unknown _ ->
                        throw new IllegalStateException("nobody journals what he does not know");
                    case ContainerState.Exited exited -> exited(exited);
                    case ContainerState.Doomed doomed ->
                        named("doomed").put("why", doomed.why()).build();
                });
    }

    private static JsonObject exited(ContainerState.Exited exited) {
        Exit exit = exited.exit();
        var json = user(named("exited"), exited.user())
                .put("startedAt", exited.startedAt().map(Instant::toString))
                .put("finishedAt", exit.finishedAt().toString())
                .put("outOfMemory", exit.outOfMemory())
                .put("message", exit.message());
        exit.code().ifPresent(code -> json.put("exitCode", (long) code));
        return json.build();
    }

    static ContainerState state(String record) {
        JsonObject json = Json.parseObject(record, CONTEXT);
        String state = json.requireString("state", CONTEXT);
        return switch (state) {
            case "creating" -> new ContainerState.Creating();
            case "created" -> new ContainerState.Created(runtime(json), user(json));
            case "running" ->
                new ContainerState.Running(
                        runtime(json), user(json), Instant.parse(json.requireString("startedAt", CONTEXT)));
            case "exited" ->
                new ContainerState.Exited(user(json), json.string("startedAt").map(Instant::parse), exit(json));
            case "doomed" -> new ContainerState.Doomed(json.string("why").orElse(""));
            default -> throw new CriusException.DataLoss(CONTEXT + ": unknown state \"" + state + "\"");
        };
    }

    private static Exit exit(JsonObject json) {
        var code = json.integer32("exitCode");
        return new Exit(
                code.isPresent() ? Optional.of(code.getAsInt()) : Optional.empty(),
                Instant.parse(json.requireString("finishedAt", CONTEXT)),
                json.flag("outOfMemory"),
                json.string("message").orElse(""));
    }

    private static RuntimeContainer runtime(JsonObject json) {
        return RuntimeContainer.fromJson(json.requireObject("runtime", CONTEXT));
    }

    private static JsonObject.Builder named(String state) {
        return JsonObject.builder().put("state", state);
    }

    private static JsonObject.Builder user(JsonObject.Builder json, User user) {
        return json.put("uid", user.uid())
                .put("gid", user.gid())
                .strings(
                        "groups",
                        user.supplementalGroups().stream().map(String::valueOf).toList());
    }

    private static User user(JsonObject json) {
        List<Long> groups = json.strings("groups").stream().map(Long::valueOf).toList();
        return new User(json.requireInteger("uid", CONTEXT), json.requireInteger("gid", CONTEXT), groups);
    }
}
