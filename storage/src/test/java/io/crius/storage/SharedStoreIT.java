package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.storage.archive.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several of our threads and podman work on one store at once; our images share a layer, and everybody deletes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class SharedStoreIT {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(12);
    private static final int OURS = 3;

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
    void nobodyBreaksWhatAnotherMakes() throws Exception {
        long descriptors = Fd.openCount();
        Instant end = Instant.now().plus(LONG_ENOUGH);
        var lives = new AtomicInteger();
        try (Store store = Store.open(StoreOptions.of(folder.resolve("root"), folder.resolve("run")), linux);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = new ArrayList<Future<?>>();
            for (int i = 0; i < OURS; i++) {
                String name = "ours" + i;
                work.add(threads.submit(() -> {
                    while (Instant.now().isBefore(end)) {
                        live(store, name);
                        lives.incrementAndGet();
                    }
                    return name;
                }));
            }
            work.add(threads.submit(() -> {
                foreignLife(end);
                return "podman";
            }));
            for (Future<?> one : work) {
                one.get();
            }
            store.deleteUnusedLayers(Instant.now());
            assertThat(store.images()).isEmpty();
            assertThat(store.containers()).isEmpty();
            assertThat(store.usage().layers()).isZero();
        }
        assertThat(lives.get()).isGreaterThan(OURS);
        assertThat(tools.podman("images", "--all", "--quiet")).isEmpty();
        assertThat(folder.resolve("root/overlay/l")).isEmptyDirectory();
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    private static void live(Store store, String name) throws IOException {
        TestImage image = TestImage.of(
                StoreAgainstPodmanIT.baseLayer(),
                new TarBuilder().file("own", name).build());
        StoredImage stored = putAgainUntilItHolds(store, image, name);
        var id = ContainerId.random();
        store.createContainer(new NewContainer(id, List.of(name + "-c"), Optional.of(stored.id()), "{}"));
        Path mounted = store.mountContainer(id);
        assertThat(mounted.resolve("own")).hasContent(name);
        assertThat(mounted.resolve("etc/café")).hasContent("unicode");
        Files.writeString(mounted.resolve("new"), "x");
        assertThat(store.mountedContainer(id)).contains(mounted);
        store.unmountContainer(id);
        store.deleteContainer(id);
        store.deleteImage(stored.id());
    }

    /** A layer may go, with the only image that held it, between two commits; then a pull begins again. */
    private static StoredImage putAgainUntilItHolds(Store store, TestImage image, String name) {
        while (true) {
            try {
                return image.putInto(store, "localhost/" + name + ":1");
            } catch (CriusException.FailedPrecondition e) {
                assertThat(e).hasMessageContaining("is no longer in the store");
            }
        }
    }

    private void foreignLife(Instant end) throws IOException {
        // A layer of its own: podman fails where ours does, when a shared one goes between its two commits.
        Path tar = Files.write(
                folder.resolve("rootfs.tar"),
                new TarBuilder().file("theirs", "x").build());
        while (Instant.now().isBefore(end)) {
            tools.podman("import", tar.toString(), "localhost/theirs:1");
            tools.podman("create", "--name", "theirs", "localhost/theirs:1", "/bin/sh");
            tools.podman("tag", "localhost/theirs:1", "localhost/theirs:2");
            // podman itself stumbles over an image that goes while it prints the list.
            ForeignTools.Outcome listed = tools.podmanOutcome("images");
            assertThat(listed.code() == 0 || listed.out().contains("not known"))
                    .as(listed.out())
                    .isTrue();
            tools.podman("rm", "theirs");
            tools.podman("rmi", "localhost/theirs:1", "localhost/theirs:2");
        }
    }
}
