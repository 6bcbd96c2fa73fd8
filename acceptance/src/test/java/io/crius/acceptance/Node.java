package io.crius.acceptance;

import io.crius.acceptance.image.TestImages;
import io.crius.acceptance.node.TestNode;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.client.ContainerCalls;
import io.crius.client.CriClient;
import io.crius.client.ImageCalls;
import io.crius.client.PodBuilder;
import io.crius.client.PodCalls;
import io.crius.client.StreamCalls;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.RuntimeCondition;
import io.crius.cri.v1.StatusRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A node of its own for a test class. After each case all pods are removed, and a case whose pods left anything behind fails;
 * after the class the server is stopped and the same holds for the whole node.
 */
final class Node implements BeforeAllCallback, AfterAllCallback, AfterEachCallback, ExecutionCondition {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Namespace NAMESPACE = Namespace.create(Node.class);
    private static final Pattern PID = Pattern.compile("\"pid\":\\s*(\\d+)");

    private final String options;
    private @Nullable TestNode node;
    private @Nullable SharedRegistry registry;
    private @Nullable StreamCalls streams;

    Node() {
        this("");
    }

    /** With options of crio.conf, for servers that read it. */
    Node(String options) {
        this.options = options;
    }

    /** A pod that runs, with what it was run with. */
    record Pod(String id, PodSandboxConfig config) {}

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "needs busybox-static");
        Choice.assumeInstalled();
        registry = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(SharedRegistry.class, _ -> SharedRegistry.start(), SharedRegistry.class);
        node = TestNode.start(
                testImages().name("pause"), Choice.runtime(), settings -> Choice.target(settings, options));
        images().pull(testImages().busybox());
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        closeStreams();
        TestNode current = testNode();
        current.removePods();
        Await.until(
                "nothing is left of the pods but " + current.leftovers(),
                LIMIT,
                () -> current.leftovers().isEmpty());
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<Needs> needs = AnnotationSupport.findAnnotation(context.getElement(), Needs.class);
        for (var trait : needs.map(Needs::value).orElse(new Trait[0])) {
            if (!Choice.kind().has(trait)) {
                return ConditionEvaluationResult.disabled(Choice.kind() + " is not a server with the trait " + trait);
            }
        }
        return ConditionEvaluationResult.enabled("it applies to " + Choice.kind());
    }

    TestNode testNode() {
        return Optional.ofNullable(node).orElseThrow(() -> new IllegalStateException("no node before the first case"));
    }

    TestImages testImages() {
        return Optional.ofNullable(registry)
                .orElseThrow(() -> new IllegalStateException("no registry before the first case"))
                .images();
    }

    CriClient client() {
        return testNode().client();
    }

    PodCalls pods() {
        return client().pods();
    }

    ContainerCalls containers() {
        return client().containers();
    }

    /** A condition of the runtime by its type. */
    RuntimeCondition condition(String type) {
        return client().runtime().status(StatusRequest.getDefaultInstance()).getStatus().getConditionsList().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type));
    }

    /** Waits until something in the container's network listens at each of the ports. */
    void awaitListening(String container, int... ports) throws Exception {
        for (int port : ports) {
            Await.until(
                    "the pod listens at " + port,
                    LIMIT,
                    () -> containers()
                            .exec(container, "busybox", "netstat", "-ltn")
                            .stdout()
                            .contains(":" + port + " "));
        }
    }

    /** Sessions of this case, which end with it. */
    synchronized StreamCalls streams() {
        StreamCalls current = Optional.ofNullable(streams).orElseGet(() -> client().streams());
        streams = current;
        return current;
    }

    private synchronized void closeStreams() {
        if (streams != null) {
            streams.close();
            streams = null;
        }
    }

    ImageCalls images() {
        return client().images();
    }

    PodBuilder pod(String name) throws IOException {
        return testNode().pod(name);
    }

    Pod run(PodBuilder pod) {
        PodSandboxConfig config = pod.build();
        return new Pod(pods().run(config), config);
    }

    Pod runPod(String name) throws IOException {
        return run(pod(name));
    }

    /** A container of busybox that runs a script in its shell. */
    ContainerBuilder shell(String name, String script) {
        return command(name, "sh", "-c", script);
    }

    /** A container of busybox that runs one of its programs. */
    ContainerBuilder command(String name, String... command) {
        return ContainerBuilder.container(name, testImages().busybox()).command(command);
    }

    /** A container that does nothing until it is told to end. */
    ContainerBuilder idle(String name) {
        return shell(name, "trap 'exit 0' TERM; while :; do sleep 1000 & wait; done");
    }

    String create(Pod pod, ContainerBuilder container) {
        return containers().create(pod.id(), container.build(), pod.config());
    }

    String run(Pod pod, ContainerBuilder container) {
        return containers().run(pod.id(), container.build(), pod.config());
    }

    ContainerStatus awaitExit(String id) throws Exception {
        return Await.value(
                "container " + id + " ends",
                LIMIT,
                () -> Optional.of(containers().status(id))
                        .filter(status -> status.getState() == ContainerState.CONTAINER_EXITED));
    }

    /** What a container writes to stdout until it ends well, in a pod of its own. */
    String output(ContainerBuilder container) throws Exception {
        return output(runPod("output"), container);
    }

    /** What a container writes to stdout until it ends well. */
    String output(Pod pod, ContainerBuilder container) throws Exception {
        String id = run(pod, container);
        ContainerStatus status = awaitExit(id);
        ContainerLog log = ContainerLog.of(Path.of(status.getLogPath()));
        if (status.getExitCode() != 0) {
            throw new AssertionError("the container ended with code " + status.getExitCode() + ", its log is: " + log);
        }
        return log.text(ContainerLog.Stream.STDOUT);
    }

    /** The main process of a container, on the node. */
    long pid(String containerId) {
        return pidIn(containers().verboseStatus(containerId).getInfoOrThrow("info"));
    }

    /** As kubelet does it before it has the log opened anew. */
    void moveLogAway(String containerId) throws IOException {
        Path log = Path.of(containers().status(containerId).getLogPath());
        Files.move(log, log.resolveSibling(log.getFileName() + ".moved"));
    }

    /** The monitor of a container that runs. */
    ProcessHandle monitor(String containerId) {
        ProcessHandle monitor = ProcessHandle.of(pid(containerId))
                .flatMap(ProcessHandle::parent)
                .orElseThrow();
        if (!monitor.info().command().orElseThrow().endsWith("/conmon")) {
            throw new AssertionError("container " + containerId + " is not a child of its monitor: " + monitor.info());
        }
        return monitor;
    }

    /** The process that a verbose status tells of. */
    static long pidIn(String info) {
        Matcher pid = PID.matcher(info);
        if (!pid.find()) {
            throw new AssertionError("no pid in the verbose status: " + info);
        }
        return Long.parseLong(pid.group(1));
    }

    /** What the server, its pods and its containers hold, as a script tells it that knows nothing of the server's books. */
    Set<String> held() throws Exception {
        return held(testNode().folder(), testNode().target().pid());
    }

    /** As {@link #held()}, for any process on a node with this folder. */
    static Set<String> held(Path folder, long server) throws Exception {
        String name = folder.getFileName().toString().substring("crius-".length());
        return Command.run("../scripts/count-held", name, Long.toString(server))
                .lines()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The folder that a file is in. */
    static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    /** The lines of a file of the node. */
    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }
}
