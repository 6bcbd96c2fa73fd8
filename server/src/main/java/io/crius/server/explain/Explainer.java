package io.crius.server.explain;

import io.crius.image.Image;
import io.crius.image.ImageCatalog;
import io.crius.image.pull.PullSnapshot;
import io.crius.model.CriusException;
import io.crius.model.Timeline.Entry;
import io.crius.oci.json.JsonArray;
import io.crius.runtime.ContainerLog;
import io.crius.server.container.ContainerView;
import io.crius.server.job.CreationJobs;
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
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Explains pods, containers and images, in whatever state they are, from snapshots. Thread-safe; never waits. */
public final class Explainer {
    private final Registry registry;
    private final Requests requests;
    private final Leftovers leftovers;
    private final ImageCatalog images;
    private final Work work;

    /** What is being done on the node beside the work on pods and containers that exist. */
    public record Work(Supplier<List<PullSnapshot>> pulls, Supplier<List<CreationJobs.Running>> creations) {}

    public Explainer(Registry registry, Requests requests, Leftovers leftovers, ImageCatalog images, Work work) {
        this.registry = registry;
        this.requests = requests;
        this.leftovers = leftovers;
        this.images = images;
        this.work = work;
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
        inLine().filter(creation -> creation.name().contains(word))
                .map(Explainer::explain)
                .forEach(found::add);
        untouched()
                .filter(leftover -> !leftover.id().isEmpty() && leftover.id().startsWith(word))
                .map(Explainer::explain)
                .forEach(found::add);
        work.pulls().get().stream()
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

    /** All that is left of the past, for programs. */
    public JsonArray leftovers() {
        return JsonArray.of(leftovers.all(), Leftover::toJson);
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

    /** The node: requests in progress, and all objects that somebody works at, that owe something or whose network is broken. */
    public List<Explanation> overview() {
        List<Explanation> all = new ArrayList<>();
        all.add(node());
        for (Pod pod : registry.everyPod()) {
            Explanation explanation = explain(pod);
            if (pod.networkProblem().isPresent() || isBusy(explanation)) {
                all.add(explanation);
            }
        }
        registry.everyContainer().stream()
                .map(this::explain)
                .filter(Explainer::isBusy)
                .forEach(all::add);
        work.pulls().get().stream().map(Explainer::explain).forEach(all::add);
        untouched().map(Explainer::explain).forEach(all::add);
        return all;
    }

    /** Creations that have not begun: there is neither pod nor container yet. */
    private Stream<CreationJobs.Running> inLine() {
        return work.creations().get().stream().filter(CreationJobs.Running::waits);
    }

    private static Explanation explain(CreationJobs.Running creation) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("state", "waiting until fewer are created");
        return new Explanation(
                "creation of " + creation.name(),
                creation.name(),
                facts,
                List.of(),
                creation.timeline().entries(),
                List.of(),
                Optional.empty());
    }

    /** What no pod or container is there for that would be explained. */
    private Stream<Leftover> untouched() {
        return leftovers.all().stream().filter(leftover -> leftover.kind() != Leftover.Kind.OWED);
    }

    private static Explanation explain(Leftover leftover) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(leftover.kind().word(), leftover.problem());
        if (leftover.attempts() > 0) {
            facts.put("attempts", Integer.toString(leftover.attempts()));
        }
        return new Explanation(
                leftover.what(), leftover.id(), facts, List.of(), List.of(), List.of(), Optional.empty());
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
        List<CreationJobs.Running> creations = work.creations().get();
        if (!creations.isEmpty()) {
            long waiting =
                    creations.stream().filter(CreationJobs.Running::waits).count();
            facts.put("creations", creations.size() - waiting + " under way, " + waiting + " waiting in line");
        }
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
        pod.networkProblem().ifPresent(problem -> facts.put("network", problem));
        return new Explanation(
                "pod " + definition.name().namespace() + "/" + definition.name().name(),
                pod.id().value(),
                facts,
                held(pod),
                pod.executor().timeline().entries(),
                pod.executor().queue(),
                leftovers.arrears(pod.id().value()));
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
                leftovers.arrears(container.id().value()));
    }

    private static String state(Container container) {
        return switch (container.state()) {
            case ContainerState.Creating _ -> "being created";
            case ContainerState.Doomed doomed -> "removed, but it still holds something: " + doomed.why();
            case ContainerState.Unknown unknown -> "unknown: " + unknown.why();
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
        held.add("log " + log(container.definition().bundle().log()));
        return held;
    }

    /** Nothing in a log says that it was cut, so it is said here that it may be. */
    private static String log(ContainerLog log) {
        return log.path()
                + (log.maxBytes().isPresent()
                        ? ", begun anew whenever it would be larger than "
                                + log.maxBytes().getAsLong() + " bytes (log_size_max)"
                        : "");
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
