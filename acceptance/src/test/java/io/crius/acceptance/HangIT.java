package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.TargetSettings;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ListContainerStatsRequest;
import io.crius.cri.v1.ListPodSandboxStatsRequest;
import io.crius.cri.v1.StatusRequest;
import io.crius.cri.v1.VersionRequest;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Something that the daemon depends on hangs: reads answer at once, other pods come and go, what hangs is explained, and
 * it ends with its pod. {@code -Dcrius.hang.all=true} hangs the rest as well. How many containers there are besides is
 * {@code -Dcrius.hang.containers}; with {@code -Dcrius.hang.strict=true} reads have to stay under 10 ms, which is only
 * fair on a machine that does nothing else.
 */
@Needs(Trait.EXPLAINS)
class HangIT {
    private static final boolean STRICT = Boolean.getBoolean("crius.hang.strict");
    private static final Duration SLOWEST_READ = STRICT ? Duration.ofMillis(10) : Duration.ofMillis(500);
    private static final Duration SLOWEST_LIFE = STRICT ? Duration.ofSeconds(2) : Duration.ofSeconds(15);

    /** More than there are processors: each would take one away where it is waited for in the wrong way. */
    private static final int SEVERAL = 6;

    /** Of each kind, beside something that hangs. */
    private static final int READS = STRICT ? 200 : 50;

    private static final Path PLACE = temporary();

    /** Each takes seconds, and what hangs hangs in the same way. */
    private static void onlyInTheLongForm() {
        Assumptions.assumeTrue(Boolean.getBoolean("crius.hang.all"), "-Dcrius.hang.all=true hangs this as well");
    }

    @RegisterExtension
    static final Node node = new Node("""
            [crio.runtime.runtimes.hanging-runtime]
            runtime_path = "%1$s/crun"
            runtime_root = "%1$s/hanging-runtime"
            [crio.runtime.runtimes.hanging-monitor]
            runtime_path = "/usr/bin/crun"
            runtime_root = "%1$s/hanging-monitor"
            monitor_path = "%1$s/conmon"
            [crio.network]
            plugin_dirs = ["%1$s/cni", "%2$s"]
            """.formatted(PLACE, TargetSettings.CNI_PLUGINS));

    private static final Ctl CTL = new Ctl(node);

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    private static Path temporary() {
        try {
            Path place = Files.createTempDirectory("crius-hang");
            wrapper(place, "crun", Path.of("/usr/bin/crun"));
            wrapper(place, "conmon", Path.of("/usr/bin/conmon"));
            Files.createDirectory(place.resolve("cni"));
            wrapper(place.resolve("cni"), "bridge", TargetSettings.CNI_PLUGINS.resolve("bridge"));
            return place;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hangs while there is a file hang-WORD for one of its words, then becomes the program. */
    private static void wrapper(Path folder, String name, Path program) throws IOException {
        Path place = folder.getFileName().toString().equals("cni") ? folder.resolveSibling(".") : folder;
        Path script = Files.writeString(folder.resolve(name), """
                #!/bin/sh
                for word in "$@" "$CNI_COMMAND" %1$s; do
                    case "$word" in
                        create|start|delete|ADD|DEL|conmon) while [ -e %2$s/hang-$word ]; do sleep 0.1; done ;;
                    esac
                done
                exec %3$s "$@"
                """.formatted(name, place.normalize(), program));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @BeforeEach
    void makeOthers() throws Exception {
        int containers = Integer.getInteger("crius.hang.containers", 0);
        for (int i = 0; i < containers; i++) {
            node.run(node.run(node.pod("other").network(io.crius.cri.v1.NamespaceMode.NODE)), node.idle("main"));
        }
    }

    @AfterEach
    void goOn() throws IOException {
        try (var files = Files.newDirectoryStream(PLACE, "hang-*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        callers.close();
    }

    @AfterAll
    static void removeWhatHangs() throws IOException {
        try (Stream<Path> files = Files.walk(PLACE)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void hang(String word) throws IOException {
        Files.createFile(PLACE.resolve("hang-" + word));
    }

    private static void release(String word) throws IOException {
        Files.delete(PLACE.resolve("hang-" + word));
    }

    private <T> CompletableFuture<T> begin(Callable<T> call) {
        var result = new CompletableFuture<T>();
        callers.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private static Status.Code code(CompletableFuture<?> call) throws Exception {
        try {
            call.get(60, TimeUnit.SECONDS);
            return Status.Code.OK;
        } catch (ExecutionException e) {
            return Status.fromThrowable(e).getCode();
        }
    }

    private static Pod podWith(String handler) throws IOException {
        var config = node.pod("hanging").build();
        return new Pod(node.pods().run(config, handler), config);
    }

    private static String awaitExplained(String word, String... parts) throws Exception {
        return Await.value("explain " + word + " says " + List.of(parts), Node.LIMIT, () -> {
            String text = CTL.attempt("explain", word).stdout();
            return List.of(parts).stream().allMatch(text::contains)
                    ? java.util.Optional.of(text)
                    : java.util.Optional.empty();
        });
    }

    /** What has to go on whatever hangs. */
    private static void theRestGoesOn() throws Exception {
        readsAnswerAtOnce();
        long begun = System.nanoTime();
        Pod other = node.runPod("other");
        String id = node.run(other, node.idle("main"));
        node.containers().stop(id, Duration.ofSeconds(5));
        node.containers().remove(id);
        node.pods().stop(other.id());
        node.pods().remove(other.id());
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SLOWEST_LIFE);
    }

    /** Each kind of question by itself: one that waits must not hide among many that do not. */
    private static void readsAnswerAtOnce() {
        Map<String, List<Long>> micros = new TreeMap<>();
        var runtime = node.client().runtime();
        for (int i = 0; i < READS; i++) {
            time(micros, "Version", () -> runtime.version(VersionRequest.getDefaultInstance()));
            time(
                    micros,
                    "Status",
                    () -> runtime.status(
                            StatusRequest.newBuilder().setVerbose(true).build()));
            time(micros, "ListPodSandbox", () -> node.pods().list());
            time(micros, "ListContainers", () -> node.containers().list());
            time(micros, "ListImages", () -> node.images().list());
            time(
                    micros,
                    "ListContainerStats",
                    () -> runtime.listContainerStats(ListContainerStatsRequest.getDefaultInstance()));
            time(
                    micros,
                    "ListPodSandboxStats",
                    () -> runtime.listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance()));
            node.pods().list().stream()
                    .limit(1)
                    .forEach(pod ->
                            time(micros, "PodSandboxStatus", () -> node.pods().status(pod.getId())));
            node.containers().list().stream()
                    .limit(1)
                    .forEach(container -> time(
                            micros, "ContainerStatus", () -> node.containers().status(container.getId())));
        }
        var slowest = new TreeMap<String, Duration>();
        micros.forEach((call, times) -> {
            times.sort(null);
            slowest.put(call, Duration.ofNanos(1000 * times.get(times.size() * 99 / 100)));
        });
        System.out.println("99 of 100 reads beside something that hangs took at most " + slowest);
        assertThat(slowest.values()).as("%s", slowest).allMatch(time -> time.compareTo(SLOWEST_READ) < 0);
    }

    private static void time(Map<String, List<Long>> micros, String call, Runnable read) {
        long begun = System.nanoTime();
        read.run();
        micros.computeIfAbsent(call, _ -> new ArrayList<>()).add((System.nanoTime() - begun) / 1000);
    }

    @Test
    void aContainerWhoseRuntimeHangsEndsWithItsPod() throws Exception {
        endsWithItsPod("hanging-runtime", "create");
    }

    @Test
    void aContainerWhoseMonitorHangsEndsWithItsPod() throws Exception {
        onlyInTheLongForm();
        endsWithItsPod("hanging-monitor", "conmon");
    }

    private void endsWithItsPod(String handler, String word) throws Exception {
        Pod pod = podWith(handler);
        hang(word);
        CompletableFuture<String> creation = begin(() -> node.create(pod, node.idle("stuck")));
        awaitExplained("stuck", "container runtime creation, for ");
        theRestGoesOn();
        long begun = System.nanoTime();
        node.pods().stop(pod.id());
        node.pods().remove(pod.id());
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SLOWEST_LIFE);
        assertThat(code(creation)).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(node.pods().list()).noneMatch(found -> found.getId().equals(pod.id()));
        Await.until(
                "nothing hangs any longer",
                Node.LIMIT,
                () -> node.testNode().leftovers().isEmpty());
        release(word);
    }

    @Test
    void aPluginThatHangsHoldsUpItsPodAlone() throws Exception {
        onlyInTheLongForm();
        hang("ADD");
        var config = node.pod("plugged").build();
        CompletableFuture<String> creation = begin(() -> node.pods().run(config));
        awaitExplained(config.getMetadata().getName(), "sandbox network creation, for ", "/cni/bridge ADD (process ");
        readsAnswerAtOnce();
        release("ADD");
        String pod = creation.get(60, TimeUnit.SECONDS);
        hang("DEL");
        CompletableFuture<Boolean> stop = begin(() -> {
            node.pods().stop(pod);
            return true;
        });
        awaitExplained(pod, "/cni/bridge DEL (process ");
        assertThat(node.pods().verboseStatus(pod).getInfoOrThrow("info"))
                .contains("\"now\":[{\"what\":\"", "/cni/bridge DEL\",\"since\":\"");
        readsAnswerAtOnce();
        release("DEL");
        assertThat(stop.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void volumesThatHangHoldUpTheirContainersAlone() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "needs FUSE");
        Pod pod = node.runPod("volumes");
        List<CompletableFuture<String>> creations = new ArrayList<>();
        try (HungMount volume = HungMount.at(node.testNode().folder().resolve("volume"))) {
            for (int i = 0; i < SEVERAL; i++) {
                var container = node.idle("stuck" + i).mount(volume.point().resolve("data"), "/data");
                creations.add(begin(() -> node.create(pod, container)));
            }
            awaitExplained("stuck" + (SEVERAL - 1), "state        being created");
            theRestGoesOn();
        }
        for (CompletableFuture<String> creation : creations) {
            assertThat(code(creation)).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
    }

    @Test
    void aLogDiskThatHangsHoldsUpItsPodsAlone() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "needs FUSE");
        List<CompletableFuture<String>> creations = new ArrayList<>();
        String name = "";
        try (HungMount disk = HungMount.at(node.testNode().folder().resolve("logs"))) {
            for (int i = 0; i < SEVERAL; i++) {
                var pod = node.pod("logging")
                        .logDirectory(disk.point().resolve("pod-" + i))
                        .build();
                name = pod.getMetadata().getName();
                creations.add(begin(() -> node.pods().run(pod)));
            }
            awaitExplained(name, "state        being created", "sandbox files, for ");
            theRestGoesOn();
        }
        for (CompletableFuture<String> creation : creations) {
            assertThat(code(creation)).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
    }

    @Test
    void aRegistryThatHangsHoldsUpItsPullAlone() throws Exception {
        onlyInTheLongForm();
        try (ServerSocket registry = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String image = "127.0.0.1:" + registry.getLocalPort() + "/hanging:latest";
            CompletableFuture<String> pull = begin(() -> node.images().pull(image));
            awaitExplained("hanging", "pull of " + image);
            theRestGoesOn();
            registry.close();
            assertThat(code(pull)).isNotEqualTo(Status.Code.OK);
        }
    }

    @Test
    void aFrozenContainerIsStoppedAllTheSame() throws Exception {
        String id = node.run(node.runPod("frozen"), node.idle("main"));
        ProcessCgroup cgroup = ProcessCgroup.of(node.pid(id));
        Path freezer = cgroup.file("freezer", "freezer.state", "cgroup.freeze");
        Files.writeString(freezer, cgroup.isV1("freezer") ? "FROZEN" : "1");
        try {
            theRestGoesOn();
            assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
            CompletableFuture<Boolean> stop = begin(() -> {
                node.containers().stop(id, Duration.ofSeconds(30));
                return true;
            });
            assertThat(stop.get(25, TimeUnit.SECONDS)).isTrue();
            // It goes on first, so it sees its stop signal and can end as it likes.
            assertThat(node.containers().status(id).getExitCode()).isZero();
        } finally {
            if (Files.exists(freezer)) {
                Files.writeString(freezer, cgroup.isV1("freezer") ? "THAWED" : "0");
            }
        }
    }

    @Test
    void aFrozenContainerIsKilledAllTheSame() throws Exception {
        String id = node.run(node.runPod("frozen"), node.idle("main"));
        ProcessCgroup cgroup = ProcessCgroup.of(node.pid(id));
        Path freezer = cgroup.file("freezer", "freezer.state", "cgroup.freeze");
        Files.writeString(freezer, cgroup.isV1("freezer") ? "FROZEN" : "1");
        try {
            node.containers().stop(id, Duration.ZERO);
            assertThat(node.containers().status(id).getExitCode()).isEqualTo(137);
        } finally {
            if (Files.exists(freezer)) {
                Files.writeString(freezer, cgroup.isV1("freezer") ? "THAWED" : "0");
            }
        }
    }

    @Test
    void aRuntimeThatHangsWhileItDeletesHoldsUpItsContainerAlone() throws Exception {
        onlyInTheLongForm();
        Pod pod = podWith("hanging-runtime");
        String id = node.run(pod, node.idle("main"));
        hang("delete");
        CompletableFuture<Boolean> removal = begin(() -> {
            node.containers().remove(id);
            return true;
        });
        awaitExplained(id, "/crun delete (process ");
        theRestGoesOn();
        release("delete");
        assertThat(removal.get(60, TimeUnit.SECONDS)).isTrue();
    }
}
