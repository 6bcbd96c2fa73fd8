package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.PodSandboxConfig;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The disk with the journals is full, or cannot be written: calls say so, nothing is lost or left, and it works again afterwards.
 */
@Needs(Trait.EXPLAINS)
class StateDiskIT {
    @RegisterExtension
    @Order(1)
    static final SmallDisk disk = new SmallDisk("512k");

    @RegisterExtension
    @Order(2)
    static final Node node = new Node("""
            [crius]
            state_dir = "%s/state"
            """.formatted(disk.point()));

    @AfterEach
    void makeItAGoodDiskAgain() throws Exception {
        disk.remount("rw");
        disk.empty();
    }

    @Test
    void onAFullDiskCallsSayWhyAndNothingIsLeft() throws Exception {
        Pod pod = node.runPod("before");
        String running = node.run(pod, node.idle("main"));
        PodSandboxConfig next = node.pod("next").build();
        var other = node.idle("other");
        disk.fill();
        fails(() -> node.pods().run(next), "No space left on device");
        fails(() -> node.create(pod, other), "No space left on device");
        assertThat(node.containers().status(running).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(node.containers().exec(running, "echo", "alive").stdout()).isEqualTo("alive\n");
        restart();
        assertThat(node.containers().status(running).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        node.containers().stop(running, Duration.ofSeconds(10));
        assertThat(node.containers().status(running).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        disk.empty();
        node.pods().run(next);
        node.create(pod, other);
        assertThat(node.pods().list()).hasSize(2);
    }

    @Test
    void onADiskThatCannotBeWrittenWhatRunsIsServed() throws Exception {
        Pod pod = node.runPod("before");
        String running = node.run(pod, node.idle("main"));
        PodSandboxConfig next = node.pod("next").build();
        disk.remount("ro");
        fails(() -> node.pods().run(next), "Read-only file system");
        restart();
        assertThat(node.containers().status(running).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(node.containers().exec(running, "echo", "alive").stdout()).isEqualTo("alive\n");
        fails(() -> node.pods().run(next), "Read-only file system");
        disk.remount("rw");
        node.pods().run(next);
        assertThat(node.pods().list()).hasSize(2);
    }

    @Test
    void onAFullDiskWhatIsThereCanBeStoppedAndRemoved() throws Exception {
        Pod pod = node.runPod("before");
        String running = node.run(pod, node.idle("main"));
        String other = node.run(pod, node.idle("other"));
        disk.fill();
        leavesWithoutATrace(pod, running, other);
        disk.empty();
        restart();
        assertThat(node.pods().list()).isEmpty();
        assertThat(node.containers().list()).isEmpty();
    }

    @Test
    void onADiskThatCannotBeWrittenWhatIsThereCanBeStoppedAndSaysWhyItStays() throws Exception {
        Pod pod = node.runPod("before");
        String running = node.run(pod, node.idle("main"));
        disk.remount("ro");
        node.containers().stop(running, Duration.ofSeconds(10));
        assertThat(node.containers().status(running).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        fails(() -> node.containers().remove(running), "Read-only file system");
        disk.remount("rw");
        restart();
        assertThat(node.containers().status(running).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        node.containers().remove(running);
        node.pods().remove(pod.id());
        assertThat(node.pods().list()).isEmpty();
    }

    /** A file can be deleted on a full disk. */
    private static void leavesWithoutATrace(Pod pod, String stopped, String running) {
        node.containers().stop(stopped, Duration.ofSeconds(10));
        assertThat(node.containers().status(stopped).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        node.containers().remove(stopped);
        node.containers().remove(running);
        assertThat(node.containers().list()).isEmpty();
        node.pods().stop(pod.id());
        node.pods().remove(pod.id());
        assertThat(node.pods().list()).isEmpty();
    }

    /** Images are elsewhere. */
    @Test
    void imagesArePulledAndRemovedAllTheSame() throws Exception {
        String image = node.testImages().name("layers");
        disk.fill();
        assertThat(node.images().pull(image)).isNotEmpty();
        node.images().remove(image);
        assertThat(node.images().status(image)).isEmpty();
        disk.empty();
        disk.remount("ro");
        assertThat(node.images().pull(image)).isNotEmpty();
        node.images().remove(image);
        assertThat(node.images().status(image)).isEmpty();
    }

    private static void restart() throws Exception {
        node.testNode().target().kill();
        node.testNode().startTarget();
    }

    private static void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String why) {
        assertThatThrownBy(call).isInstanceOf(StatusRuntimeException.class).hasMessageContaining(why);
    }
}
