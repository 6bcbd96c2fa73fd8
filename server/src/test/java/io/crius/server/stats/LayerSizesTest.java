package io.crius.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.storage.WritableTree;
import io.crius.storage.disk.FolderSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LayerSizesTest {
    private static final ContainerId ID = new ContainerId("a".repeat(64));
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    private final AtomicInteger counted = new AtomicInteger();

    private static LayerSize await(LayerSizes sizes) throws InterruptedException {
        Optional<LayerSize> size = sizes.of(ID);
        while (size.isEmpty()) {
            Thread.sleep(2);
            size = sizes.of(ID);
        }
        return size.get();
    }

    @Test
    @Timeout(30)
    void askingNeverWaitsAndCountsSeldom() throws Exception {
        var go = new CountDownLatch(1);
        var counter = new FolderSize(Linux.real()) {
            @Override
            public Optional<Size> of(Path asked) {
                try {
                    assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return Optional.of(new Size(counted.incrementAndGet(), 1));
            }
        };
        var sizes = new LayerSizes(
                _ -> Optional.of(new WritableTree(folder, Optional.empty())), counter, InstantSource.fixed(NOW));
        for (int i = 0; i < 100; i++) {
            assertThat(sizes.of(ID)).isEmpty();
        }
        go.countDown();
        assertThat(await(sizes).at()).isEqualTo(NOW);
        sizes.of(ID);
        assertThat(counted.get()).isBetween(1, 2);
        sizes.keep(Set.of());
        assertThat(sizes.of(ID)).isEmpty();
    }

    /** As with the drivers vfs and btrfs. */
    @Test
    @Timeout(30)
    void ofACopyOfTheImageWhatTheImageHasIsNotCounted() throws Exception {
        Path image = Files.createDirectory(folder.resolve("image"));
        Path copy = Files.createDirectory(folder.resolve("copy"));
        for (Path tree : List.of(image, copy)) {
            Files.write(tree.resolve("data"), new byte[100_000]);
        }
        Files.write(copy.resolve("written"), new byte[50_000]);
        var sizes = new LayerSizes(
                _ -> Optional.of(new WritableTree(copy, Optional.of(image))),
                new FolderSize(Linux.real()),
                InstantSource.fixed(NOW));
        LayerSize size = await(sizes);
        assertThat(size.bytes()).isBetween(50_000L, 80_000L);
        assertThat(size.inodes()).isEqualTo(1);
    }
}
