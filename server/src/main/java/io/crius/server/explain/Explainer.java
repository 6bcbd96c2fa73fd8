package io.crius.server.explain;

import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import io.crius.image.pull.PullSnapshot;
import io.crius.model.CriusException;
import io.crius.model.Timeline.Entry;
import io.crius.server.container.ContainerView;
import io.crius.server.state.Container;
import io.crius.server.state.ContainerDefinition;
import io.crius.server.state.ContainerState;
import io.crius.server.state.Pod;
import io.crius.server.state.PodDefinition;
import io.crius.server.state.PodState;
import io.crius.server.state.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Explains pods, containers and images, in whatever state they are, from snapshots. Thread-safe; never waits. */
public final class Explainer {
    private final Registry registry;
    private final Requests requests;
    private final Function<String, Optional<Arrears>> debts;
    private final ImageCatalog images;
    private final Supplier<List<PullSnapshot>> pulls;

    /** {@code debts} are found by whole ids. */
    public Explainer(
            Registry registry,
            Requests requests,
            Function<String, Optional<Arrears>> debts,
            ImageCatalog images,
            Supplier<List<PullSnapshot>> pulls) {
        this.registry = registry;
        this.requests = requests;
        this.debts = debts;
        this.images = images;
        this.pulls = pulls;
    }

    /**
     * All objects that a person may mean: an id or its beginning, a name, {@code namespace/name}, the name of an image.
     *
     * @throws CriusException.NotFound where there is none
     */
    public List<Explanation> find(String word) {
        List<Explanation> found = new ArrayList<>();
        registry.everyPod().stream()
                .filter(pod -> means(pod, word))
                .map(this::explain)
                .forEach(found::add);
        registry.everyContainer().stream()
                .filter(container -> means(container, word))
                .map(this::explain)
                .forEach(found::add);
        pulls.get().stream()
                .filter(pull -> pull.image().contains(word))
                .map(Explainer::explain)
                .forEach(found::add);
        if (found.isEmpty()) {
            image(word).ifPresent(found::add);
        }
        if (found.isEmpty()) {
            throw new CriusException.NotFound(
                    "no pod, container or image has the id or name \"" + word + "\", and nothing is owed for one");
        }
        return found;
    }

    /** What stalls now: objects with a step that is not over for so long. */
    List<Explanation> stalled(Duration limit) {
        return Stream.concat(
                        registry.everyPod().stream()
                                .filter(pod ->
                                        isStalled(pod.executor().timeline().entries(), limit))
                                .map(this::explain),
                        registry.everyContainer().stream()
                                .filter(container -> isStalled(
                                        container.executor().timeline().entries(), limit))
                                .map(this::explain))
                .toList();
    }

    private static boolean isStalled(List<Entry> steps, Duration limit) {
        return steps.stream().anyMatch(step -> !step.over() && step.took().compareTo(limit) > 0);
    }

    /** The node: requests in progress, and all objects that somebody works at or that owe something. */
    public List<Explanation> overview() {
        List<Explanation> all = new ArrayList<>();
        all.add(node());
        registry.everyPod().stream()
                .map(this::explain)
                .filter(Explainer::isBusy)
                .forEach(all::add);
        registry.everyContainer().stream()
                .map(this::explain)
                .filter(Explainer::isBusy)
                .forEach(all::add);
        pulls.get().stream().map(Explainer::explain).forEach(all::add);
        return all;
    }

    private static boolean isBusy(Explanation explanation) {
        return !explanation.now().isEmpty()
                || !explanation.queue().isEmpty()
                || explanation.owed().isPresent();
    }

    private Explanation node() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("pods", Integer.toString(registry.everyPod().size()));
        facts.put("containers", Integer.toString(registry.everyContainer().size()));
        for (Requests.Request request : requests.running()) {
            String waiting = request.timeline()
                    .waitingFor()
                    .map(step -> ", at " + step.what() + " for " + Explanation.seconds(step.took()))
                    .orElse("");
            facts.put(
                    "request " + request.id(),
                    request.rpc() + " for " + Explanation.seconds(Duration.between(request.begun(), Instant.now()))
                            + waiting);
        }
        return new Explanation("node", "", facts, List.of(), List.of(), List.of(), Optional.empty());
    }

    private static boolean means(Pod pod, String word) {
        var name = pod.definition().name();
        return pod.id().value().startsWith(word)
                || name.name().equals(word)
                || word.equals(name.namespace() + "/" + name.name())
                || name.unique().equals(word);
    }

    private static boolean means(Container container, String word) {
        ContainerDefinition definition = container.definition();
        return container.id().value().startsWith(word)
                || definition.name().name().equals(word)
                || definition.uniqueName().equals(word);
    }

    private Explanation explain(Pod pod) {
        PodDefinition definition = pod.definition();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("id", pod.id().value());
        facts.put("state", state(pod.state()));
        facts.put("created", Explanation.age(definition.createdAt()));
        facts.put("attempt", Integer.toUnsignedString(definition.name().attempt()));
        return new Explanation(
                "pod " + definition.name().namespace() + "/" + definition.name().name(),
                pod.id().value(),
                facts,
                held(pod),
                pod.executor().timeline().entries(),
                pod.executor().queue(),
                debts.apply(pod.id().value()));
    }

    private static String state(PodState state) {
        return switch (state) {
            case PodState.Creating _ -> "being created";
            case PodState.Ready _ -> "ready";
            case PodState.Stopped stopped ->
                "stopped at " + stopped.at() + (stopped.givenBack() ? "" : ", not all of it is given back yet");
            case PodState.Doomed doomed -> "removed, but it still holds something: " + doomed.why();
        };
    }

    private static List<String> held(Pod pod) {
        if (pod.state() instanceof PodState.Stopped stopped && stopped.givenBack()) {
            return List.of();
        }
        List<String> held = new ArrayList<>();
        pod.ready().filter(ready -> !ready.ips().isEmpty()).ifPresent(ready -> held.add("addresses " + ready.ips()));
        pod.definition().plan().pins().paths().forEach((kind, path) -> held.add(kind + " namespace " + path));
        pod.definition().plan().sharedMemory().ifPresent(path -> held.add("shared memory " + path));
        held.add("folder " + pod.definition().plan().runFolder());
        held.add("cgroup parent " + pod.definition().cgroupParent());
        return held;
    }

    private Explanation explain(Container container) {
        ContainerDefinition definition = container.definition();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("id", container.id().value());
        facts.put("pod", definition.pod().value());
        facts.put("state", state(container));
        facts.put("created", Explanation.age(definition.createdAt()));
        facts.put("image", definition.imageName() + " (" + definition.image().abbreviated() + ")");
        facts.put(
                "runtime",
                definition.bundle().handler().name() + " ("
                        + definition.bundle().handler().path() + ")");
        return new Explanation(
                "container " + definition.name().name(),
                container.id().value(),
                facts,
                held(container),
                container.executor().timeline().entries(),
                container.executor().queue(),
                debts.apply(container.id().value()));
    }

    private static String state(Container container) {
        return switch (container.state()) {
            case ContainerState.Creating _ -> "being created";
            case ContainerState.Doomed doomed -> "removed, but it still holds something: " + doomed.why();
            case ContainerState.Exited exited ->
                "exited at " + exited.exit().finishedAt() + " with "
                        + exited.exit().code().map(code -> "code " + code).orElse("a code that nobody learned");
            case ContainerState.Created _, ContainerState.Running _ ->
                ContainerView.of(container).phase().toString().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static List<String> held(Container container) {
        List<String> held = new ArrayList<>();
        container
                .state()
                .alive()
                .ifPresent(runtime -> held.add("first process " + runtime.init().pid()
                        + Processes.describe(runtime.init().pid())));
        container
                .state()
                .alive()
                .flatMap(runtime -> runtime.monitor())
                .ifPresent(monitor -> held.add("monitor " + monitor.pid() + Processes.describe(monitor.pid())));
        held.add("layer and mount of container " + container.id().abbreviated() + " in the store");
        held.add("bundle " + container.definition().bundle().folders().bundle());
        held.add("log " + container.definition().logFile());
        return held;
    }

    private static Explanation explain(PullSnapshot pull) {
        return new Explanation(
                "pull of " + pull.image(),
                "",
                Map.of("now", pull.toString()),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private Optional<Explanation> image(String name) {
        return images.find(name).map(image -> {
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("id", image.id().value());
            facts.put("names", String.join(", ", image.repoTags()));
            facts.put("digests", String.join(", ", image.repoDigests()));
            facts.put("pinned", image.pinned() == Image.Pinned.YES ? "yes" : "no");
            List<String> users = registry.everyContainer().stream()
                    .filter(container -> container.definition().image().equals(image.id()))
                    .map(container ->
                            "used by container " + container.definition().uniqueName() + " ("
                                    + container.id().abbreviated() + ")")
                    .toList();
            return new Explanation("image " + name, "", facts, users, List.of(), List.of(), Optional.empty());
        });
    }
}
