package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.PodSandboxConfig;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The disk with the journals is full, or cannot be written: calls say so, nothing is lost or left, and it works again afterwards.
 */
@Needs(Trait.EXPLAINS)
class StateDiskIT {
    @RegisterExtension
    @Order(1)
    static final SmallDisk disk = new SmallDisk();

    @RegisterExtension
    @Order(2)
    static final Node node = new Node("""
            [crius]
            state_dir = "%s/state"
            """.formatted(disk.point));

    /** A tmpfs that outlives the node. */
    static final class SmallDisk implements BeforeAllCallback, AfterAllCallback {
        private final Path point = temporary();

        private static Path temporary() {
            try {
                return Files.createTempDirectory("crius-disk");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void beforeAll(ExtensionContext context) throws Exception {
            Command.run("mount", "-t", "tmpfs", "-o", "size=512k", "small", point.toString());
        }

        @Override
        public void afterAll(ExtensionContext context) throws Exception {
            Command.run("umount", "-l", point.toString());
            Files.delete(point);
        }

        void fill() throws IOException {
            try (var file = Files.newOutputStream(point.resolve("filler"))) {
                byte[] page = new byte[4096];
                while (true) {
                    file.write(page);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
        }

        void empty() throws IOException {
            Files.deleteIfExists(point.resolve("filler"));
        }

        void remount(String how) throws Exception {
            Command.run("mount", "-o", "remount," + how, point.toString());
        }
    }

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

    private static void restart() throws Exception {
        node.testNode().target().kill();
        node.testNode().startTarget();
    }

    private static void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String why) {
        assertThatThrownBy(call).isInstanceOf(StatusRuntimeException.class).hasMessageContaining(why);
    }
}
