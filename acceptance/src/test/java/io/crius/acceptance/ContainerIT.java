package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerFilter;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStateValue;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.CreateContainerRequest;
import io.crius.cri.v1.Signal;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of containers. */
class ContainerIT {
    private static final String UNKNOWN = "f".repeat(64);
    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final Node node = new Node();

    @Test
    void aContainerIsCreatedThenRunsThenHasExited() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.create(pod, node.shell("main", "while [ ! -e /tmp/end ]; do usleep 10000; done"));
        ContainerStatus created = node.containers().status(id);
        assertThat(created.getState()).isEqualTo(ContainerState.CONTAINER_CREATED);
        assertThat(created.getCreatedAt()).isPositive();
        assertThat(created.getStartedAt()).isZero();
        assertThat(created.getFinishedAt()).isZero();

        node.containers().start(id);
        ContainerStatus running = node.containers().status(id);
        assertThat(running.getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(running.getCreatedAt()).isEqualTo(created.getCreatedAt());
        assertThat(running.getStartedAt()).isGreaterThan(created.getCreatedAt());
        assertThat(running.getFinishedAt()).isZero();

        node.containers().exec(id, "touch", "/tmp/end");
        ContainerStatus exited = node.awaitExit(id);
        assertThat(exited.getStartedAt()).isEqualTo(running.getStartedAt());
        assertThat(exited.getFinishedAt()).isGreaterThan(running.getStartedAt());
        assertThat(exited.getExitCode()).isZero();
        assertThat(exited.getReason()).isEqualTo("Completed");
    }

    @Test
    void theStatusTellsWhatTheContainerWasMadeFrom() throws Exception {
        Pod pod = node.runPod("web");
        ContainerBuilder builder =
                node.idle("main").attempt(2).label("app", "web").annotation("note", "text");
        String id = node.run(pod, builder);
        ContainerStatus status = node.containers().status(id);
        assertThat(status.getId()).isEqualTo(id).matches("[0-9a-f]{64}");
        assertThat(status.getMetadata()).isEqualTo(builder.build().getMetadata());
        assertThat(status.getLabelsMap()).isEqualTo(builder.build().getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(builder.build().getAnnotationsMap());
        assertThat(status.getImage().getImage()).isEqualTo(node.testImages().busybox());
        assertThat(status.getImageRef()).isNotEmpty();
        assertThat(status.getLogPath()).isEqualTo(pod.config().getLogDirectory() + "/main.2.log");
    }

    @Test
    @Needs(Trait.TELLS_USER_AND_RESOURCES)
    void theStatusTellsUserResourcesAndImageId() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.idle("main").user(1000).resources(r -> r.setMemoryLimitInBytes(64 << 20)));
        ContainerStatus status = node.containers().status(id);
        assertThat(status.getUser().getLinux().getUid()).isEqualTo(1000);
        assertThat(status.getResources().getLinux().getMemoryLimitInBytes()).isEqualTo(64 << 20);
        assertThat(status.getImageId())
                .isEqualTo(node.images()
                        .status(node.testImages().busybox())
                        .orElseThrow()
                        .getId());
    }

    @Test
    void anExitCodeOtherThanZeroIsAnError() throws Exception {
        ContainerStatus status = node.awaitExit(node.run(node.runPod("web"), node.shell("main", "exit 7")));
        assertThat(status.getExitCode()).isEqualTo(7);
        assertThat(status.getReason()).isEqualTo("Error");
    }

    @Test
    void aContainerAboveItsMemoryIsKilledForThat() throws Exception {
        ContainerBuilder hungry = node.shell("main", "exec tail /dev/zero")
                .resources(r -> r.setMemoryLimitInBytes(32 << 20).setMemorySwapLimitInBytes(32 << 20));
        ContainerStatus status = node.awaitExit(node.run(node.runPod("web"), hungry));
        assertThat(status.getExitCode()).isEqualTo(137);
        assertThat(status.getReason()).isEqualTo("OOMKilled");
    }

    @Test
    void aContainerStartsOnlyOnce() throws Exception {
        Pod pod = node.runPod("web");
        String running = node.run(pod, node.idle("running"));
        String exited = node.run(pod, node.shell("exited", "true"));
        node.awaitExit(exited);
        Grpc.failure(() -> node.containers().start(running));
        Grpc.failure(() -> node.containers().start(exited));
        assertThat(node.containers().status(running).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(node.containers().status(exited).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    @Test
    void anUnknownContainerIsNotFound() {
        for (Grpc failure : List.of(
                Grpc.failure(() -> node.containers().status(UNKNOWN)),
                Grpc.failure(() -> node.containers().start(UNKNOWN)),
                Grpc.failure(() -> node.containers().exec(UNKNOWN, "true")))) {
            assertThat(failure.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(failure.message()).contains(UNKNOWN);
        }
    }

    @Test
    void stopAndRemoveMayBeRepeated() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main"));
        node.containers().stop(id, Duration.ofSeconds(1));
        node.containers().stop(id, LONG);
        node.containers().remove(id);
        node.containers().remove(id);
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void removeOfAnUnknownContainerSucceeds() {
        assertThatCode(() -> node.containers().remove(UNKNOWN)).doesNotThrowAnyException();
    }

    @Test
    @Needs(Trait.STOPS_THE_UNKNOWN)
    void stopOfAnUnknownContainerSucceeds() {
        assertThatCode(() -> node.containers().stop(UNKNOWN, LONG)).doesNotThrowAnyException();
    }

    @Test
    void aRunningContainerIsRemovedByForce() throws Exception {
        String id = node.run(node.runPod("web"), node.idle("main"));
        long pid = node.pid(id);
        node.containers().remove(id);
        assertThat(node.containers().list()).isEmpty();
        Await.until("process " + pid + " ends", Node.LIMIT, () -> !Files.exists(Path.of("/proc/" + pid)));
    }

    @Test
    void aCreatedContainerIsStoppedAndRemoved() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.create(pod, node.idle("main"));
        node.containers().stop(id, Duration.ZERO);
        node.containers().remove(id);
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void aContainerThatObeysEndsBeforeTheGracePeriod() throws Exception {
        String id = node.run(
                node.runPod("web"),
                node.shell("main", "trap 'exit 5' TERM; touch /tmp/ready; while :; do usleep 20000; done"));
        awaitFile(id, "/tmp/ready");
        Duration taken = time(() -> node.containers().stop(id, LONG));
        assertThat(taken).isLessThan(Duration.ofSeconds(10));
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(5);
    }

    @Test
    void aContainerThatDoesNotObeyIsKilledAfterTheGracePeriod() throws Exception {
        String id = node.run(
                node.runPod("web"), node.shell("main", "trap '' TERM; touch /tmp/ready; while :; do sleep 1; done"));
        awaitFile(id, "/tmp/ready");
        Duration taken = time(() -> node.containers().stop(id, Duration.ofSeconds(2)));
        assertThat(taken).isBetween(Duration.ofMillis(1900), Duration.ofSeconds(10));
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(137);
    }

    @Test
    void withoutGraceAContainerIsKilledAtOnce() throws Exception {
        String id = node.run(node.runPod("web"), node.shell("main", "trap '' TERM; while :; do sleep 1; done"));
        Duration taken = time(() -> node.containers().stop(id, Duration.ZERO));
        assertThat(taken).isLessThan(Duration.ofSeconds(5));
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(137);
    }

    @Test
    void theStopSignalIsThatOfTheImage() throws Exception {
        node.images().pull(node.testImages().name("stopsignal"));
        ContainerBuilder container = ContainerBuilder.container(
                        "main", node.testImages().name("stopsignal"))
                .command(
                        "sh",
                        "-c",
                        "trap 'exit 3' USR1; trap '' TERM; touch /tmp/ready; while :; do usleep 20000; done");
        String id = node.run(node.runPod("web"), container);
        awaitFile(id, "/tmp/ready");
        node.containers().stop(id, LONG);
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(3);
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void theStopSignalOfTheRequestBeatsTheImages() throws Exception {
        node.images().pull(node.testImages().name("stopsignal"));
        ContainerBuilder container = ContainerBuilder.container(
                        "main", node.testImages().name("stopsignal"))
                .command(
                        "sh",
                        "-c",
                        "trap 'exit 4' USR2; trap 'exit 3' USR1; touch /tmp/ready; while :; do usleep 20000; done")
                .with(config -> config.setStopSignal(Signal.SIGUSR2));
        String id = node.run(node.runPod("web"), container);
        assertThat(node.containers().status(id).getStopSignal()).isEqualTo(Signal.SIGUSR2);
        awaitFile(id, "/tmp/ready");
        node.containers().stop(id, LONG);
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(4);
    }

    @Test
    void statusAndListAnswerWhileAContainerIsBeingStopped() throws Exception {
        String id = node.run(
                node.runPod("web"), node.shell("main", "trap '' TERM; touch /tmp/ready; while :; do sleep 1; done"));
        awaitFile(id, "/tmp/ready");
        Thread stop = Thread.ofVirtual().start(() -> node.containers().stop(id, Duration.ofSeconds(4)));
        Duration taken = time(() -> {
            for (int i = 0; i < 20; i++) {
                node.containers().status(id);
                node.containers().list();
            }
        });
        assertThat(taken).isLessThan(Duration.ofSeconds(2));
        stop.join();
    }

    @Test
    void containersAreListedByWhatTheFilterAsks() throws Exception {
        Pod one = node.runPod("one");
        Pod two = node.runPod("two");
        String running = node.run(one, node.idle("running").label("color", "red"));
        String created = node.create(one, node.idle("created").label("color", "blue"));
        String exited = node.run(two, node.shell("exited", "true").label("color", "red"));
        node.awaitExit(exited);

        assertThat(ids(filter())).containsExactlyInAnyOrder(running, created, exited);
        assertThat(ids(filter().setId(created))).containsExactly(created);
        assertThat(ids(filter().setId(created.substring(0, 12)))).containsExactly(created);
        assertThat(ids(filter().setPodSandboxId(one.id()))).containsExactlyInAnyOrder(running, created);
        assertThat(ids(filter().setPodSandboxId(one.id().substring(0, 12))
                        .setState(state(ContainerState.CONTAINER_RUNNING))))
                .containsExactly(running);
        assertThat(ids(filter().setState(state(ContainerState.CONTAINER_EXITED))))
                .containsExactly(exited);
        assertThat(ids(filter().putLabelSelector("color", "red"))).containsExactlyInAnyOrder(running, exited);
        assertThat(ids(filter().setId(created).setPodSandboxId(two.id()))).isEmpty();
        assertThat(ids(filter().setId(UNKNOWN))).isEmpty();
        assertThat(ids(filter().setPodSandboxId(UNKNOWN))).isEmpty();
    }

    @Test
    @Needs(Trait.SPEAKS_CRI_1_36)
    void theStreamedListIsTheList() throws Exception {
        Pod pod = node.runPod("one");
        node.run(pod, node.idle("one"));
        node.run(pod, node.idle("two"));
        assertThat(node.containers().stream(ContainerFilter.getDefaultInstance()))
                .containsExactlyInAnyOrderElementsOf(node.containers().list());
    }

    @Test
    void aListItemTellsWhatTheStatusTells() throws Exception {
        Pod pod = node.runPod("web");
        ContainerStatus status =
                node.containers().status(node.run(pod, node.idle("main").annotation("note", "text")));
        Container item = node.containers().list().getFirst();
        assertThat(item.getPodSandboxId()).isEqualTo(pod.id());
        assertThat(item.getMetadata()).isEqualTo(status.getMetadata());
        assertThat(item.getState()).isEqualTo(status.getState());
        assertThat(item.getCreatedAt()).isEqualTo(status.getCreatedAt());
        assertThat(item.getLabelsMap()).isEqualTo(status.getLabelsMap());
        assertThat(item.getAnnotationsMap()).isEqualTo(status.getAnnotationsMap());
        assertThat(item.getImageRef()).isNotEmpty();
    }

    @Test
    void idsMayBeShortened() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.containers()
                .create(pod.id().substring(0, 13), node.idle("main").build(), pod.config());
        String shortened = id.substring(0, 13);
        node.containers().start(shortened);
        assertThat(node.containers().status(shortened).getId()).isEqualTo(id);
        assertThat(node.containers().exec(shortened, "echo", "hi").stdout()).isEqualTo("hi\n");
        node.containers().stop(shortened, LONG);
        node.containers().remove(shortened);
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void aSecondContainerOfTheSameNameIsNotMade() throws Exception {
        Pod pod = node.runPod("web");
        String id = node.create(pod, node.idle("main"));
        try {
            assertThat(node.create(pod, node.idle("main"))).isEqualTo(id);
        } catch (StatusRuntimeException e) {
            assertThat(e).hasMessageContaining("main");
        }
        assertThat(node.containers().list()).hasSize(1);
    }

    @Test
    void theNextAttemptOfAContainerRunsBesideTheExitedOne() throws Exception {
        Pod pod = node.runPod("web");
        String first = node.run(pod, node.shell("main", "exit 1"));
        node.awaitExit(first);
        String second = node.run(pod, node.idle("main").attempt(1));
        assertThat(node.containers().list()).extracting(Container::getId).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void aContainerOfAnUnknownPodIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure = Grpc.failure(
                () -> node.containers().create(UNKNOWN, node.idle("main").build(), pod.config()));
        assertThat(failure.message()).contains(UNKNOWN);
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void aContainerOfAStoppedPodIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        node.pods().stop(pod.id());
        Grpc.failure(() -> node.run(pod, node.idle("main")));
    }

    @Test
    void aContainerWithoutNameOrImageIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc.failure(() -> node.create(pod, node.idle("main").with(c -> c.clearMetadata())));
        Grpc.failure(() -> node.create(pod, node.idle("main").with(c -> c.clearImage())));
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void aMissingImageIsNamed() throws Exception {
        Pod pod = node.runPod("web");
        String image = node.testImages().name("never-pulled");
        Grpc failure = Grpc.failure(() -> node.create(pod, ContainerBuilder.container("main", image)));
        assertThat(failure.message()).contains("never-pulled");
        assertThat(node.containers().list()).isEmpty();
    }

    /** containerd finds out at the start, Crius at the creation already. */
    @Test
    void aCommandThatDoesNotExistIsNamed() throws Exception {
        Pod pod = node.runPod("web");
        ContainerBuilder wrong =
                ContainerBuilder.container("main", node.testImages().busybox()).command("/no/such/program");
        Grpc failure = Grpc.failure(() -> node.run(pod, wrong));
        assertThat(failure.message()).contains("/no/such/program");
        assertThat(node.containers()
                        .list(filter().setState(state(ContainerState.CONTAINER_RUNNING))
                                .build()))
                .isEmpty();
    }

    private static void awaitFile(String id, String file) throws Exception {
        Await.until(
                file + " appears in " + id,
                Node.LIMIT,
                () -> node.containers().exec(id, "test", "-e", file).exitCode() == 0);
    }

    private static Duration time(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static List<String> ids(ContainerFilter.Builder filter) throws IOException {
        return node.containers().list(filter.build()).stream()
                .map(Container::getId)
                .toList();
    }

    private static ContainerFilter.Builder filter() {
        return ContainerFilter.newBuilder();
    }

    private static ContainerStateValue state(ContainerState state) {
        return ContainerStateValue.newBuilder().setState(state).build();
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aContainerWithoutThePodsConfigurationIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        CreateContainerRequest request = CreateContainerRequest.newBuilder()
                .setPodSandboxId(pod.id())
                .setConfig(node.idle("main").build())
                .build();
        Grpc failure = Grpc.failure(() -> node.client().runtime().createContainer(request));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message()).isEqualTo("CreateContainer: sandbox_config is missing");
    }
}
