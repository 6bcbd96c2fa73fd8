package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Known.Phase;
import io.crius.acceptance.Known.Script;
import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.client.ContainerBuilder;
import io.crius.client.ExecResult;
import io.crius.client.PodBuilder;
import io.crius.client.StreamCalls;
import io.crius.client.stream.ProcessEnd;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.NamespaceMode;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxState;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * A kubelet of sorts: calls drawn by lot, and what the server has answered to them. Used by one thread at a time.
 *
 * <p>A call is noted before it is made with what is to be done about it should no answer come; what was known of its object does
 * not count from then on.
 */
final class Kubelet implements AutoCloseable {
    private static final int MOST_PODS = 3;
    private static final int MOST_CONTAINERS = 5;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Node node;
    private final List<String> images;
    private final StreamCalls streams;
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Set<String> stopped = new LinkedHashSet<>();
    private final Map<String, Known> containers = new LinkedHashMap<>();
    private final Set<String> pulled = new LinkedHashSet<>();
    private Optional<Again> unanswered = Optional.empty();
    private Random random = new Random(0);
    private int names;

    /** What a client does whose call was not answered. */
    private record Again(String what, Runnable call) {}

    /** {@code images} are those that it alone pulls and removes. */
    Kubelet(Node node, List<String> images) {
        this.node = node;
        this.images = images;
        this.streams = node.client().streams();
    }

    /** From now on its calls are drawn from this seed. */
    void draw(long seed) {
        random = new Random(seed);
    }

    /** One call, or a few that belong together. */
    void step() {
        switch (random.nextInt(26)) {
            case 0, 1, 2 -> runPod();
            case 3, 4, 5, 6, 7 -> any(ready()).ifPresent(this::createContainer);
            case 8, 9, 10, 11 -> any(in(Phase.CREATED)).ifPresent(this::start);
            case 12, 13 -> any(in(Phase.RUNNING)).ifPresent(this::exec);
            case 14 -> any(in(Phase.RUNNING)).ifPresent(this::execByStream);
            case 15 -> any(in(Phase.RUNNING)).ifPresent(this::update);
            case 16 -> any(ready()).ifPresent(this::update);
            case 17 -> any(in(Phase.RUNNING)).ifPresent(this::rotateLog);
            case 18, 19 -> pullOrRemoveImage();
            case 20, 21 -> any(in(Phase.RUNNING)).ifPresent(this::stop);
            case 22, 23 -> any(containers.values()).ifPresent(this::remove);
            case 24 -> any(ready()).ifPresent(this::stop);
            default -> any(pods.values()).ifPresent(this::remove);
        }
    }

    private <E> Optional<E> any(Collection<E> choice) {
        return choice.isEmpty()
                ? Optional.empty()
                : Optional.of(List.copyOf(choice).get(random.nextInt(choice.size())));
    }

    private List<Pod> ready() {
        return pods.values().stream().filter(pod -> !stopped.contains(pod.id())).toList();
    }

    private List<Known> in(Phase phase) {
        return containers.values().stream()
                .filter(container -> container.is(phase) && !stopped.contains(container.pod()))
                .toList();
    }

    /** Makes a call that may be made again when it was not answered. */
    private void call(String what, Runnable call) {
        call(what, call, call);
    }

    private void call(String what, Runnable again, Runnable call) {
        unanswered = Optional.of(new Again(what, again));
        call.run();
        unanswered = Optional.empty();
    }

    /** As kubelet does that heard nothing for a while: whoever comes second gets the answer of the first. */
    private static <T> T twice(Supplier<T> call) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<T> other = threads.submit(call::get);
            T answer = call.get();
            assertThat(other.get()).isEqualTo(answer);
            return answer;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StatusRuntimeException refused ? refused : new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void runPod() {
        if (pods.size() < MOST_PODS) {
            PodSandboxConfig config = podConfig();
            Supplier<String> run = () -> node.pods().run(config);
            Supplier<String> asked = random.nextInt(4) == 0 ? () -> twice(run) : run;
            call("run pod", () -> known(config, run), () -> known(config, asked));
        }
    }

    private void known(PodSandboxConfig config, Supplier<String> run) {
        String id = run.get();
        pods.put(id, new Pod(id, config));
    }

    private PodSandboxConfig podConfig() {
        try {
            PodBuilder pod = node.pod("crash");
            switch (random.nextInt(6)) {
                case 0 -> pod.tcpPort(LoopbackRegistry.freePort(), 8080);
                case 1 -> pod.users(UserNamespaceIT.mapped().build());
                case 2 -> pod.pid(NamespaceMode.POD);
                case 3 -> pod.network(NamespaceMode.NODE);
                default -> {}
            }
            return pod.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void createContainer(Pod pod) {
        if (containers.size() < MOST_CONTAINERS) {
            Script script = script();
            ContainerConfig config = containerConfig(pod, script);
            Supplier<String> create = () -> node.containers().create(pod.id(), config, pod.config());
            Supplier<String> asked = random.nextInt(4) == 0 ? () -> twice(create) : create;
            call("create container", () -> known(pod, script, create), () -> known(pod, script, asked));
        }
    }

    private void known(Pod pod, Script script, Supplier<String> create) {
        String id = create.get();
        containers.put(id, new Known(node, id, pod.id(), script));
    }

    private Script script() {
        return switch (random.nextInt(12)) {
            case 0 -> Script.DEAF;
            case 1, 2, 3, 4 -> Script.ending(random.nextInt(2) * random.nextInt(2000), 1 + random.nextInt(100));
            default -> Script.IDLE;
        };
    }

    private ContainerConfig containerConfig(Pod pod, Script script) {
        ContainerBuilder container = node.shell("c" + ++names, script.text())
                .pid(pod.config()
                        .getLinux()
                        .getSecurityContext()
                        .getNamespaceOptions()
                        .getPid());
        if (random.nextInt(4) == 0) {
            container.mount(Mount.newBuilder()
                    .setContainerPath("/model")
                    .setImage(ImageSpec.newBuilder().setImage(node.testImages().busybox()))
                    .setReadonly(true)
                    .build());
        }
        if (random.nextInt(4) == 0) {
            container.resources(r -> r.setMemoryLimitInBytes(64 << 20));
        }
        return container.build();
    }

    private void start(Known container) {
        container.unsure();
        call("start container", container::startAgain, () -> {
            node.containers().start(container.id());
            container.started();
        });
    }

    private void exec(Known container) {
        int code = random.nextInt(100);
        int micros = random.nextInt(2) * random.nextInt(300_000);
        call("exec", () -> {
            ExecResult result = node.containers()
                    .exec(container.id(), GRACE, "sh", "-c", "usleep " + micros + "; echo said; exit " + code);
            assertThat(result).isEqualTo(new ExecResult(code, "said\n", ""));
        });
    }

    private void execByStream(Known container) {
        int code = random.nextInt(100);
        call("exec by a stream", () -> {
            try (RemoteProcess process =
                    streams.exec(container.id(), Wants.OUTPUT, "sh", "-c", "echo said; exit " + code)) {
                String said = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);
                ProcessEnd end = process.awaitEnd(Node.LIMIT).orElseThrow();
                if (end.exitCode() == ProcessEnd.NO_CODE) {
                    throw new IOException("the session was cut off: " + end.message());
                }
                assertThat(said).isEqualTo("said\n");
                assertThat(end.exitCode()).isEqualTo(code);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void update(Known container) {
        long shares = 100 + random.nextLong(1000);
        container.shares(OptionalLong.empty());
        call("update container", () -> {
            node.containers()
                    .update(
                            container.id(),
                            LinuxContainerResources.newBuilder()
                                    .setCpuShares(shares)
                                    .build());
            container.shares(OptionalLong.of(shares));
        });
    }

    private void update(Pod pod) {
        var resources = LinuxContainerResources.newBuilder()
                .setMemoryLimitInBytes((1L << 30) + random.nextInt(1000))
                .build();
        call("update pod", () -> {
            node.pods().update(pod.id(), resources);
            assertThat(node.pods().verboseStatus(pod.id()).getInfoOrThrow("info"))
                    .contains(Long.toString(resources.getMemoryLimitInBytes()));
        });
    }

    private void rotateLog(Known container) {
        Path log = Path.of(node.containers().status(container.id()).getLogPath());
        try {
            if (Files.exists(log)) {
                Files.move(log, Path.of(log + ".old"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        call("reopen log", () -> {
            node.containers().reopenLog(container.id());
            assertThat(log).exists();
        });
    }

    private void pullOrRemoveImage() {
        String image = any(images).orElseThrow();
        if (pulled.remove(image)) {
            call("remove image", () -> node.images().remove(image));
        } else {
            call("pull image", () -> {
                node.images().pull(image);
                pulled.add(image);
            });
        }
    }

    private void stop(Known container) {
        boolean patient = container.heeds() && random.nextInt(3) > 0;
        Duration grace = patient ? GRACE : Duration.ofSeconds(random.nextInt(3));
        container.unsure();
        call("stop container", () -> {
            node.containers().stop(container.id(), grace);
            container.stopped();
        });
    }

    private void remove(Known container) {
        containers.remove(container.id());
        call("remove container", () -> node.containers().remove(container.id()));
    }

    private void stop(Pod pod) {
        stopped.add(pod.id());
        List<Known> concerned =
                of(pod).stream().filter(container -> !container.is(Phase.ENDED)).toList();
        concerned.forEach(Known::unsure);
        call("stop pod", () -> {
            node.pods().stop(pod.id());
            concerned.forEach(Known::stopped);
        });
    }

    private List<Known> of(Pod pod) {
        return containers.values().stream()
                .filter(container -> container.pod().equals(pod.id()))
                .toList();
    }

    private void remove(Pod pod) {
        pods.remove(pod.id());
        stopped.remove(pod.id());
        of(pod).forEach(container -> containers.remove(container.id()));
        boolean stoppedFirst = random.nextBoolean();
        call("remove pod", () -> {
            if (stoppedFirst) {
                node.pods().stop(pod.id());
            }
            node.pods().remove(pod.id());
        });
    }

    /** What the server said before still holds; what it did not answer can be asked again, under the same names. */
    String checkAfterRestart() throws Exception {
        String last = unanswered.map(Again::what).orElse("nothing");
        unanswered.ifPresent(again -> again.call().run());
        unanswered = Optional.empty();
        for (Known container : containers.values()) {
            container.check();
        }
        for (Pod pod : pods.values()) {
            assertThat(node.pods().status(pod.id()).getState())
                    .as("pod " + pod.id())
                    .isEqualTo(
                            stopped.contains(pod.id())
                                    ? PodSandboxState.SANDBOX_NOTREADY
                                    : PodSandboxState.SANDBOX_READY);
        }
        return last;
    }

    Set<String> pods() {
        return pods.keySet();
    }

    Set<String> containers() {
        return containers.keySet();
    }

    Set<String> pulled() {
        return pulled;
    }

    /** Removes all that it made. */
    void removeAll() {
        List.copyOf(pods.values()).forEach(this::remove);
        pulled.forEach(node.images()::remove);
        pulled.clear();
    }

    @Override
    public void close() {
        streams.close();
    }
}
