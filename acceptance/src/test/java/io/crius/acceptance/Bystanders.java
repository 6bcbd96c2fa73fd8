package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.process.Await;
import io.crius.client.ContainerBuilder;
import io.crius.client.PodBuilder;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.ImageSpec;
import io.crius.cri.v1.LinuxContainerResources;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.NamespaceMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Containers of every kind that run while the server dies again and again, and count; nothing that happens to it touches them. */
final class Bystanders {
    private static final String COUNT = "i=0; while :; do i=$((i+1)); echo $i; usleep 250000; done";

    private final Node node;
    private final List<Bystander> all = new ArrayList<>();

    /** A running container with what must not change of it, and how far it had counted when it was last looked at. */
    private static final class Bystander {
        private final String id;
        private final long pid;
        private final String startTicks;
        private final long startedAt;
        private final Path log;
        private int counted;

        Bystander(String id, long pid, ContainerStatus status) throws IOException {
            this.id = id;
            this.pid = pid;
            this.startTicks = startTicks(pid);
            this.startedAt = status.getStartedAt();
            this.log = Path.of(status.getLogPath());
        }

        /** Kernel: proc(5), the 22nd word of a process's stat, whose second one is in parentheses. */
        private static String startTicks(long pid) throws IOException {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
        }
    }

    private Bystanders(Node node) {
        this.node = node;
    }

    /** Pods of every kind with a container each. */
    static Bystanders run(Node node) throws Exception {
        var bystanders = new Bystanders(node);
        bystanders.add(node.pod("plain"), node.shell("count", COUNT));
        bystanders.add(node.pod("ports").tcpPort(LoopbackRegistry.freePort(), 8080), node.shell("count", COUNT));
        bystanders.add(node.pod("users").users(UserNamespaceIT.mapped().build()), node.shell("count", COUNT));
        bystanders.add(
                node.pod("processes").pid(NamespaceMode.POD),
                node.shell("count", COUNT).pid(NamespaceMode.POD));
        bystanders.add(
                node.pod("image"),
                node.shell("count", COUNT)
                        .mount(Mount.newBuilder()
                                .setContainerPath("/model")
                                .setImage(ImageSpec.newBuilder()
                                        .setImage(node.testImages().busybox()))
                                .setReadonly(true)
                                .build()));
        return bystanders;
    }

    private void add(PodBuilder builder, ContainerBuilder container) throws Exception {
        Pod pod = node.run(builder);
        String id = node.run(pod, container);
        node.containers()
                .update(
                        id,
                        LinuxContainerResources.newBuilder().setCpuShares(512).build());
        all.add(new Bystander(id, node.pid(id), node.containers().status(id)));
    }

    List<String> containers() {
        return all.stream().map(bystander -> bystander.id).toList();
    }

    /** They are the same processes as ever, can be entered, and have gone on counting. */
    void check() throws Exception {
        for (Bystander bystander : all) {
            ContainerStatus status = node.containers().status(bystander.id);
            assertThat(status.getState()).as(bystander.id).isEqualTo(ContainerState.CONTAINER_RUNNING);
            assertThat(status.getStartedAt()).as(bystander.id).isEqualTo(bystander.startedAt);
            assertThat(node.pid(bystander.id)).as(bystander.id).isEqualTo(bystander.pid);
            assertThat(Bystander.startTicks(bystander.pid)).as(bystander.id).isEqualTo(bystander.startTicks);
            assertThat(node.containers().exec(bystander.id, "echo", "here").stdout())
                    .isEqualTo("here\n");
        }
        for (Bystander bystander : all) {
            int before = bystander.counted;
            Await.until("container " + bystander.id + " counts on after " + before, Node.LIMIT, () -> {
                bystander.counted = counted(bystander.log);
                return bystander.counted > before;
            });
        }
    }

    /** The numbers of a log, without a gap, up to the last one. */
    private static int counted(Path log) throws IOException {
        List<String> numbers = ContainerLog.of(log).lines().stream()
                .map(ContainerLog.Line::text)
                .toList();
        assertThat(numbers)
                .isEqualTo(IntStream.rangeClosed(1, numbers.size())
                        .mapToObj(Integer::toString)
                        .toList());
        return numbers.size();
    }
}
