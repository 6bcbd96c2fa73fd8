package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.image.Compression;
import io.crius.acceptance.image.ImageConfig;
import io.crius.acceptance.image.OciLayout;
import io.crius.acceptance.image.TarWriter;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.TargetKind;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The server is killed at any moment of a pull, and the store stays whole: for podman, for skopeo and for itself; nothing
 * half-made is left, and the same pull succeeds. How often is {@code -Dcrius.crash.pulls}; {@code -Dcrius.crash.seed}
 * draws the same moments again.
 */
class PullCrashIT {
    private static final int LAYERS = 6;
    private static final int FILES = 120;
    private static final String TAG = "crash/pulled:1";

    @RegisterExtension
    static final Node node = new Node();

    private static Path server() {
        return Node.parent(node.testNode().target().socket());
    }

    private static Path storage() {
        return server().resolve("storage");
    }

    @BeforeEach
    void theServerMustBeOurs() {
        Assumptions.assumeTrue(
                Choice.kind() == TargetKind.CRIUS && System.getProperty("crius.socket") == null,
                "what is left is looked for in the folders of Crius; a server that somebody else runs is not killed");
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/podman")) && Files.isExecutable(Path.of("/usr/bin/skopeo")),
                "podman and skopeo look at the store");
    }

    /** Layers of some megabytes, of which half does not compress. */
    private static String push() throws Exception {
        Path folder = Files.createTempDirectory(node.testNode().folder(), "layout");
        OciLayout layout = OciLayout.create(folder.resolve("image"));
        List<OciLayout.Layer> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            int number = i;
            layers.add(layout.layer(Compression.GZIP, tar -> fill(tar, number)));
        }
        layout.tag("image", layout.image(ImageConfig.empty().withCmd("/none"), layers));
        node.testImages().registry().push(layout, "image", TAG);
        return node.testImages().registry().name(TAG);
    }

    private static void fill(TarWriter tar, int number) throws IOException {
        var random = new Random(number);
        tar.folder("layer" + number);
        for (int i = 0; i < FILES; i++) {
            byte[] content = new byte[random.nextInt(80_000)];
            byte[] noise = new byte[content.length / 2];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, content, 0, noise.length);
            tar.file("layer" + number + "/file" + i, content, TarWriter.Owner.FILE);
        }
    }

    private static String podman(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "podman",
                "--root",
                storage().toString(),
                "--runroot",
                server().resolve("run/storage").toString(),
                "--storage-driver",
                "overlay",
                "--cgroup-manager",
                "cgroupfs",
                "--tmpdir",
                server().resolve("podman").toString()));
        command.addAll(List.of(arguments));
        return Command.run(command.toArray(String[]::new));
    }

    @Test
    void noMomentOfAPullIsABadOneToBeKilled() throws Exception {
        long seed = Long.getLong("crius.crash.seed", System.currentTimeMillis());
        int kills = Integer.getInteger("crius.crash.pulls", 5);
        var random = new Random(seed);
        String image = push();
        List<String> before = layers();
        int longest = (int) Math.max(200, 2 * pullMillis(image));
        node.images().remove(image);
        List<String> story = new ArrayList<>();
        try {
            for (int round = 0; round < kills; round++) {
                int life = random.nextInt(longest);
                String answer = killDuringPull(image, life);
                story.add("killed " + life + " ms into a pull, which " + answer);
                if (round % 2 == 0) {
                    // Every other time podman comes first, and repairs what we would have repaired.
                    podman("images", "--all");
                }
                node.testNode().startTarget();
                assertNothingHalfMade();
                podman("images", "--all");
                node.images().pull(image);
                if (round % 5 == 0) {
                    assertEveryByte(image);
                }
                node.images().remove(image);
            }
            assertThat(layers()).isSubsetOf(before);
            if (kills >= 20) {
                assertThat(story)
                        .filteredOn(life -> life.endsWith("was cut off"))
                        .hasSizeGreaterThan(kills / 3);
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "-Dcrius.crash.seed=" + seed + "\n" + String.join("\n", story) + "\nserver log: "
                            + node.testNode().target().logTail(),
                    e);
        }
        System.out.println("kills during pulls with seed " + seed + ":\n" + String.join("\n", story));
    }

    private static long pullMillis(String image) {
        long begun = System.nanoTime();
        node.images().pull(image);
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }

    private static String killDuringPull(String image, int life) throws Exception {
        var answer = new AtomicReference<>("was cut off");
        Thread puller = Thread.ofPlatform().name("pull").start(() -> {
            try {
                node.images().pull(image);
                answer.set("had been answered");
            } catch (StatusRuntimeException _) {
                // that is what happens to a caller of a server that dies
            }
        });
        puller.join(Duration.ofMillis(life));
        node.testNode().target().kill();
        puller.join(Node.LIMIT);
        return answer.get();
    }

    /** Records, folders and links belong together, and nothing is staged. */
    private static void assertNothingHalfMade() throws IOException {
        assertThat(storage().resolve("overlay/tempdirs")).doesNotExist();
        assertThat(storage().resolve("overlay-layers/tmp")).doesNotExist();
        String records = Files.readString(storage().resolve("overlay-layers/layers.json"));
        assertThat(records).doesNotContain("\"incomplete\":true");
        for (String layer : layers()) {
            assertThat(records).contains("\"id\":\"" + layer + "\"");
        }
        try (Stream<Path> links = Files.list(storage().resolve("overlay/l"))) {
            assertThat(links).allMatch(Files::exists);
        }
        String images = Files.readString(storage().resolve("overlay-images/images.json"));
        for (String image : folders("overlay-images")) {
            assertThat(images).contains("\"id\":\"" + image + "\"");
        }
    }

    private static List<String> layers() throws IOException {
        return folders("overlay");
    }

    /** Those that are named by an id. */
    private static List<String> folders(String place) throws IOException {
        try (Stream<Path> folders = Files.list(storage().resolve(place))) {
            return folders.map(path -> path.getFileName().toString())
                    .filter(name -> name.length() == 64)
                    .sorted()
                    .toList();
        }
    }

    /** skopeo makes every layer's stream again and compares it with its digest. */
    private static void assertEveryByte(String image) throws Exception {
        Path copy = Files.createTempDirectory(node.testNode().folder(), "copy");
        Command.run(
                "skopeo",
                "--insecure-policy",
                "copy",
                "-q",
                "containers-storage:[overlay@" + storage() + "+" + server().resolve("run/storage") + "]" + image,
                "dir:" + copy);
        Command.run("rm", "-rf", copy.toString());
    }

    /** A power loss leaves files with other content than was written: here the middle of one. */
    @Test
    void aLayerDamagedByAPowerLossIsFoundAndAlonePulledAgain() throws Exception {
        String image = push();
        node.images().pull(image);
        Path damaged = find("layer3/file7");
        Path whole = find("layer2/file7");
        byte[] content = Files.readAllBytes(damaged);
        Object untouched = Files.getAttribute(whole, "unix:ino");
        node.testNode().target().kill();
        byte[] wrong = content.clone();
        wrong[content.length / 2] ^= 1;
        Files.write(damaged, wrong);

        node.testNode().startTarget();

        Await.until(
                "the damage is found",
                Node.LIMIT,
                () -> node.images().status(image).isEmpty());
        node.images().pull(image);
        assertThat(node.images().status(image)).isPresent();
        assertThat(Files.readAllBytes(find("layer3/file7"))).isEqualTo(content);
        assertThat(Files.getAttribute(find("layer2/file7"), "unix:ino")).isEqualTo(untouched);
        assertEveryByte(image);
        node.images().remove(image);
    }

    private static Path find(String file) throws IOException {
        for (String layer : layers()) {
            Path path =
                    storage().resolve("overlay").resolve(layer).resolve("diff").resolve(file);
            if (Files.exists(path)) {
                return path;
            }
        }
        throw new AssertionError("no layer has " + file);
    }
}
