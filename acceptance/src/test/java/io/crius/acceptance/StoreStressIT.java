package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.image.Compression;
import io.crius.acceptance.image.ImageConfig;
import io.crius.acceptance.image.OciLayout;
import io.crius.acceptance.image.TarWriter;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.process.Command.Output;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * podman, buildah and skopeo work on the store while Crius pulls, runs and removes; no side sees an error, and at the end the
 * store is clean. All images share their lower layers, which one image holds all the time: containers/storage itself has no
 * answer to a layer that goes while somebody builds on it. How long is {@code -Dcrius.stress.seconds}.
 */
@Needs(Trait.SHARES_THE_STORE_WITH_PODMAN)
class StoreStressIT {
    @RegisterExtension
    static final Node node = new Node();

    /**
     * podman 4 lists layers and then images, without a lock over both (later versions list both at once). An image that anybody
     * adds between the two makes it say this.
     */
    private static final String READ_BETWEEN = "not found in layer tree";

    /** What one of them does again and again. */
    private interface Life {
        void live() throws Exception;
    }

    private final AtomicInteger lives = new AtomicInteger();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    private static Path server() {
        return Node.parent(node.testNode().target().socket());
    }

    private static Path storage() {
        return server().resolve("storage");
    }

    @BeforeEach
    void theToolsAreThere() {
        for (String tool : List.of("podman", "buildah", "skopeo")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), tool + " is not installed");
        }
    }

    private String tool(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                tool,
                "--root",
                storage().toString(),
                "--runroot",
                server().resolve("run/storage").toString(),
                "--storage-driver",
                "overlay"));
        if (tool.equals("podman")) {
            command.addAll(List.of(
                    "--cgroup-manager",
                    "cgroupfs",
                    "--tmpdir",
                    server().resolve("podman").toString()));
        }
        command.addAll(List.of(arguments));
        return output(command);
    }

    /** What the program prints; its complaints are gathered. */
    private String output(List<String> command) throws IOException, InterruptedException {
        Output output = Command.attempt(command);
        assertThat(output.exitCode())
                .as(String.join(" ", command) + ": " + output.stderr())
                .isZero();
        output.stderr()
                .lines()
                .filter(line -> line.contains("level=") || line.contains("rror"))
                .filter(line -> !line.contains(READ_BETWEEN))
                .forEach(line -> complaints.add(String.join(" ", command) + ": " + line));
        return output.stdout().strip();
    }

    private static String skopeoName(String image) {
        return "containers-storage:[overlay@" + storage() + "+" + server().resolve("run/storage") + "]" + image;
    }

    /**
     * An image of its own for everybody: two tools that pull and remove the same one do stumble over each other. Two layers
     * are the same in all of them.
     */
    private static String push(String name) throws Exception {
        Path folder = Files.createTempDirectory(node.testNode().folder(), "layout");
        OciLayout layout = OciLayout.create(folder.resolve("image"));
        List<OciLayout.Layer> layers = new ArrayList<>();
        for (String content : List.of("base", "middle", name)) {
            layers.add(layout.layer(
                    Compression.NONE,
                    tar -> tar.folder(content)
                            .file(
                                    content + "/file",
                                    content.repeat(20_000).getBytes(StandardCharsets.UTF_8),
                                    TarWriter.Owner.FILE)));
        }
        layout.tag("image", layout.image(ImageConfig.empty().withCmd("/none"), layers));
        node.testImages().registry().push(layout, "image", "stress/" + name + ":1");
        return node.testImages().registry().name("stress/" + name + ":1");
    }

    @Test
    void everybodyWorksOnOneStore() throws Exception {
        Duration length = Duration.ofSeconds(Integer.getInteger("crius.stress.seconds", 20));
        String anchor = push("anchor");
        node.images().pull(anchor);
        String ours = push("ours");
        String podmans = push("podmans");
        String skopeos = push("skopeos");
        long end = System.nanoTime() + length.toNanos();
        List<String> before = layers();
        List<Life> workers = List.of(
                () -> pullRunRemove(ours),
                () -> run(node.testImages().busybox()),
                () -> podman(podmans),
                () -> buildah(node.testImages().busybox()),
                () -> skopeo(skopeos));
        try (ExecutorService threads = Executors.newFixedThreadPool(workers.size())) {
            List<Future<Integer>> done = new ArrayList<>();
            for (Life worker : workers) {
                done.add(threads.submit(() -> repeat(worker, end)));
            }
            for (Future<Integer> each : done) {
                assertThat(each.get()).isPositive();
            }
        }
        System.out.println(lives + " lives of images and containers in " + length.toSeconds() + " s");

        node.testNode().removePods();
        assertThat(tool("podman", "ps", "--all", "--external", "--quiet")).isEmpty();
        assertThat(tool("podman", "images", "--all", "--format", "{{.Repository}}")
                        .lines()
                        .filter(name -> name.contains("stress")))
                .containsExactly(anchor.substring(0, anchor.lastIndexOf(':')));
        assertThat(layers()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(storage().resolve("overlay/tempdirs")).doesNotExist();
        node.images().pull(ours);
        copyOut(ours);
        node.images().remove(ours);
        node.images().remove(anchor);
        assertThat(complaints).isEmpty();
        assertThat(Files.readAllLines(server().resolve("daemon.log")))
                .filteredOn(line -> line.contains(" level=warning ") || line.contains(" level=error "))
                .allMatch(line -> line.contains("\"configuration: "));
    }

    private int repeat(Life worker, long end) throws Exception {
        int rounds = 0;
        while (System.nanoTime() < end) {
            worker.live();
            rounds++;
            lives.incrementAndGet();
        }
        return rounds;
    }

    private void pullRunRemove(String image) throws Exception {
        String id = node.images().pull(image);
        assertThat(node.images().status(image).orElseThrow().getId()).isEqualTo(id);
        copyOut(image);
        pushOut(image);
        node.images().remove(image);
        assertThat(node.images().status(image)).isEmpty();
    }

    private void run(String image) throws Exception {
        Node.Pod pod = node.runPod("stress");
        String text = "life " + lives.get();
        assertThat(node.output(pod, ContainerBuilder.container("main", image).command("echo", text)))
                .isEqualTo(text + "\n");
        node.pods().stop(pod.id());
        node.pods().remove(pod.id());
    }

    private void podman(String image) throws Exception {
        tool("podman", "pull", "-q", "--tls-verify=false", image);
        tool("podman", "create", "--name", "podmans", image);
        String mounted = tool("podman", "mount", "podmans");
        assertThat(Path.of(mounted).resolve("podmans/file")).exists();
        assertThat(Path.of(mounted).resolve("base/file")).exists();
        tool("podman", "umount", "podmans");
        tool("podman", "rm", "podmans");
        pushOut(image);
        tool("podman", "rmi", image);
    }

    private void buildah(String image) throws Exception {
        String container = tool("buildah", "from", "--pull-never", image);
        Path root = Path.of(tool("buildah", "mount", container));
        Files.writeString(root.resolve("built"), "by buildah");
        tool("buildah", "umount", container);
        tool("buildah", "commit", "-q", "--rm", container, "localhost/stress/built:1");
        tool("buildah", "rmi", "localhost/stress/built:1");
    }

    /** podman makes the layers' streams again; the manifest has to be the one that was pulled. */
    private void pushOut(String image) throws Exception {
        String pulled = tool("podman", "image", "inspect", "--format", "{{.Digest}}", image);
        Path folder = Files.createTempDirectory(node.testNode().folder(), "pushed");
        Path digest = folder.resolve("digest");
        tool("podman", "push", "-q", "--digestfile", digest.toString(), image, "dir:" + folder.resolve("image"));
        assertThat(digest).hasContent(pulled);
        Command.run("rm", "-rf", folder.toString());
    }

    private void skopeo(String image) throws Exception {
        output(List.of(
                "skopeo",
                "--insecure-policy",
                "copy",
                "-q",
                "--src-tls-verify=false",
                "docker://" + image,
                skopeoName("localhost/stress/copied:1")));
        assertThat(node.images().status("localhost/stress/copied:1")).isPresent();
        copyOut("localhost/stress/copied:1");
        node.images().remove("localhost/stress/copied:1");
    }

    private void copyOut(String image) throws Exception {
        Path copy = Files.createTempDirectory(node.testNode().folder(), "copy");
        output(List.of("skopeo", "--insecure-policy", "copy", "-q", skopeoName(image), "dir:" + copy));
        Command.run("rm", "-rf", copy.toString());
    }

    private static List<String> layers() throws IOException {
        try (Stream<Path> folders = Files.list(storage().resolve("overlay"))) {
            return folders.map(path -> path.getFileName().toString())
                    .filter(name -> name.length() == 64)
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatPodmanPushesHasTheDigestThatWasPulled() throws Exception {
        String image = push("pushed");
        node.images().pull(image);
        pushOut(image);

        String pulled = tool("podman", "image", "inspect", "--format", "{{.Digest}}", image);
        assertThat(node.images().status(image).orElseThrow().getRepoDigestsList())
                .anyMatch(name -> name.endsWith("@" + pulled));
        node.images().remove(image);
    }
}
