package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Linux;
import io.crius.model.LayerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed before each change that it makes to the disk, one after the other. Whatever it left, podman lists the
 * store, we open it, nothing half-made is in it, and the same work can be done again.
 *
 * <p>Usually each fourth change is tried, from one of the first four on that is drawn by lot; {@code -Dcrius.killed.every=1} tries
 * all of them, {@code -Dcrius.killed.first} begins with another one.
 */
final class KilledWriterIT {
    private static final int MOST_STEPS = 1000;
    private static final int EVERY = Integer.getInteger("crius.killed.every", 4);

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private ForeignTools tools;

    @BeforeEach
    void prepare() {
        ForeignTools.assumeInstalled();
        tools = new ForeignTools(folder.resolve("root"), folder.resolve("run"), folder);
    }

    @AfterEach
    void unmountAll() throws IOException {
        ForeignTools.unmountBelow(folder, linux);
    }

    @Test
    void everyDeathIsSurvivedByTheStore() throws Exception {
        int first = Integer.getInteger("crius.killed.first", new Random().nextInt(EVERY));
        int step = first;
        while (run(step) == 137) {
            // Every other time podman comes first, and repairs what we would have repaired.
            if ((step - first) / EVERY % 2 == 0) {
                tools.podman("images", "--all");
                tools.podman("ps", "--all", "--external");
            }
            try (Store store = Store.open(options(), linux)) {
                assertWhole(store, step);
                clear(store);
                DyingWriter.live(store);
            }
            tools.podman("images", "--all");
            assertEmpty(step);
            step += EVERY;
            assertThat(step).isLessThan(MOST_STEPS);
        }
        assertThat(step).isGreaterThan(60);
    }

    private StoreOptions options() {
        return StoreOptions.of(folder.resolve("root"), folder.resolve("run"));
    }

    private int run(int step) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingWriter.class.getName(),
                        folder.toString(),
                        Integer.toString(step))
                .inheritIO()
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isIn(0, 137);
        return process.exitValue();
    }

    /** As after a pull that went well: a name has one image, and one without names tells which it had. */
    private static void assertNamed(Store store, int step) {
        assertThat(store.images().stream().flatMap(image -> image.names().stream()))
                .as("step %d", step)
                .doesNotHaveDuplicates();
        assertThat(store.images())
                .as("step %d", step)
                .allMatch(image ->
                        !image.names().isEmpty() || image.namesHistory().equals(List.of(DyingWriter.MOVED)))
                .filteredOn(image -> image.namesHistory().contains(DyingWriter.MOVED))
                .satisfiesAnyOf(
                        none -> assertThat(none).isEmpty(),
                        moved -> assertThat(moved)
                                .anyMatch(image -> !image.names().isEmpty()));
    }

    /** What is recorded is there, and nothing else is. */
    private void assertWhole(Store store, int step) throws IOException {
        assertNamed(store, step);
        Path driver = folder.resolve("root/overlay");
        for (StoredImage image : store.images()) {
            assertThat(image.data()).as("step %d", step).hasSize(3);
            image.data()
                    .forEach(item ->
                            assertThat(store.imageData(image.id(), item.key())).hasSize((int) item.size()));
            assertThat(store.layer(image.topLayer().orElseThrow()))
                    .as("step %d", step)
                    .isPresent();
            tools.skopeo(
                    "copy",
                    "--insecure-policy",
                    tools.reference("@" + image.id()),
                    "dir:" + Files.createTempDirectory(folder, "copy"));
        }
        for (String name : names(driver)) {
            if (name.length() == 64) {
                assertThat(store.layer(new LayerId(name)))
                        .as("step %d: %s", step, name)
                        .isPresent();
            } else {
                assertThat(name).as("step %d", step).isIn("l", "tempdirs", ".has-mount-program");
            }
        }
        for (String link : names(driver.resolve("l"))) {
            assertThat(driver.resolve("l").resolve(link)).as("step %d", step).isDirectory();
        }
        assertThat(names(driver.resolve("tempdirs"))).as("step %d", step).isEmpty();
        assertThat(names(folder.resolve("root/overlay-layers/tmp")))
                .as("step %d", step)
                .isEmpty();
    }

    private static void clear(Store store) {
        store.containers().forEach(container -> store.deleteContainer(container.id()));
        store.images().forEach(image -> store.deleteImage(image.id()));
        store.deleteUnusedLayers(Instant.now());
    }

    private void assertEmpty(int step) throws IOException {
        Path root = folder.resolve("root");
        assertThat(names(root.resolve("overlay/l"))).as("step %d", step).isEmpty();
        assertThat(names(root.resolve("overlay"))).as("step %d", step).allMatch(name -> name.length() < 64);
        assertThat(names(root.resolve("overlay-images")))
                .as("step %d", step)
                .containsOnly("images.json", "images.lock");
        assertThat(names(root.resolve("overlay-containers")))
                .as("step %d", step)
                .containsOnly("containers.json", "containers.lock");
        assertThat(names(root.resolve("overlay-layers")))
                .as("step %d", step)
                .containsOnly("layers.json", "layers.lock");
    }

    private static List<String> names(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
