package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The disk with the images and the containers' roots is full, or cannot be written: pulls say so and leave nothing, what runs can be
 * stopped, and it works again afterwards.
 */
@Needs(Trait.EXPLAINS)
class StoreDiskIT {
    @RegisterExtension
    @Order(1)
    static final SmallDisk disk = new SmallDisk("64m");

    @RegisterExtension
    @Order(2)
    static final Node node = new Node("""
            [crio]
            root = "%s/storage"
            """.formatted(disk.point()));

    @AfterEach
    void makeItAGoodDiskAgain() throws Exception {
        disk.remount("rw");
        disk.empty();
    }

    @Test
    void aPullOntoAFullDiskSaysWhyAndLeavesNothing() throws Exception {
        String image = node.testImages().name("layers");
        disk.fill();
        refuses(image, "No space left on device");
        disk.empty();
        assertThat(node.images().pull(image)).isNotEmpty();
        node.images().remove(image);
    }

    @Test
    void aPullOntoADiskThatCannotBeWrittenSaysWhyAndLeavesNothing() throws Exception {
        String image = node.testImages().name("layers");
        disk.remount("ro");
        refuses(image, "Read-only file system");
        disk.remount("rw");
        assertThat(node.images().pull(image)).isNotEmpty();
        node.images().remove(image);
    }

    private static void refuses(String image, String why) {
        int before = node.images().list().size();
        assertThatThrownBy(() -> node.images().pull(image))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(why);
        assertThat(node.images().status(image)).isEmpty();
        assertThat(node.images().list()).hasSize(before);
    }

    @Test
    void onAFullDiskWhatRunsCanBeStoppedAndRemoved() throws Exception {
        Pod pod = node.runPod("before");
        String running = node.run(pod, node.idle("main"));
        disk.fill();
        node.containers().stop(running, Duration.ofSeconds(10));
        assertThat(node.containers().status(running).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        node.containers().remove(running);
        node.pods().stop(pod.id());
        node.pods().remove(pod.id());
        assertThat(node.containers().list()).isEmpty();
    }
}
