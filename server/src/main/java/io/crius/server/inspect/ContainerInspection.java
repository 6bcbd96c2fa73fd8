package io.crius.server.inspect;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerState;
import io.crius.server.state.NamespaceMode;
import io.crius.server.state.Pod;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Containers as cAdvisor asks for them. Compat: a pod answers as well, for its infra container, which has no process here. */
final class ContainerInspection {
    private final Registry registry;

    ContainerInspection(Registry registry) {
        this.registry = registry;
    }

    JsonObject find(String idOrPrefix) {
        Optional<Container> container = registry.findContainer(idOrPrefix);
        if (container.isPresent()) {
            return container(container.get());
        }
        return registry.findPod(idOrPrefix)
                .map(ContainerInspection::pod)
                .orElseThrow(() -> new CriusException.NotFound("can't find the container with id " + idOrPrefix));
    }

    private JsonObject container(Container container) {
        ContainerDefinition definition = container.definition();
        Optional<Pod> pod = registry.findPod(definition.pod().value());
        long pid = container.state() instanceof ContainerState.Exited
                ? 0
                : container.state().alive().map(alive -> alive.init().pid()).orElse(0L);
        return JsonObject.builder()
                .put("name", definition.uniqueName())
                .put("pid", pid)
                .put("image", definition.imageName())
                .put("image_ref", definition.imageRef())
                .put("created_time", nanos(definition.createdAt()))
                .put("labels", JsonObject.ofStrings(definition.request().labels()))
                .put("annotations", JsonObject.ofStrings(definition.request().annotations()))
                .put("crio_annotations", JsonObject.EMPTY)
                .put("log_path", definition.logFile().toString())
                .put("root", root(definition))
                .put("sandbox", definition.pod().value())
                .put(
                        "ip_addresses",
                        JsonArray.ofStrings(
                                pod.map(ContainerInspection::addresses).orElse(List.of())))
                .put("host_network", pod.map(ContainerInspection::onHost).orElse(false))
                .build();
    }

    /** Where the container's files are mounted, as its spec says; empty while there is no spec. */
    private static String root(ContainerDefinition definition) {
        try {
            byte[] spec =
                    Files.readAllBytes(definition.bundle().folders().bundle().resolve("config.json"));
            return Json.parseObject(spec, "config.json")
                    .object("root")
                    .flatMap(root -> root.string("path"))
                    .orElse("");
        } catch (IOException _) {
            return "";
        }
    }

    private static JsonObject pod(Pod pod) {
        return JsonObject.builder()
                .put("name", pod.definition().name().unique())
                .put("pid", 0)
                .put("image", "")
                .put("image_ref", "")
                .put("created_time", nanos(pod.definition().createdAt()))
                .put("labels", JsonObject.ofStrings(pod.definition().request().labels()))
                .put(
                        "annotations",
                        JsonObject.ofStrings(pod.definition().request().annotations()))
                .put("crio_annotations", JsonObject.EMPTY)
                .put("log_path", pod.definition().logDirectory().toString())
                .put("root", "")
                .put("sandbox", pod.id().value())
                .put("ip_addresses", JsonArray.ofStrings(addresses(pod)))
                .put("host_network", onHost(pod))
                .build();
    }

    private static List<String> addresses(Pod pod) {
        return pod.ready().map(PodState.Ready::ips).orElse(List.of());
    }

    private static boolean onHost(Pod pod) {
        return pod.definition().request().namespaces().network() == NamespaceMode.NODE;
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
    }
}
