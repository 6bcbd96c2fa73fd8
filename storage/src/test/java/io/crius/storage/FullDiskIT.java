package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.storage.archive.TarBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a small file system: what does not fit fails with that reason, and nothing else suffers. */
final class FullDiskIT {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final long descriptors = Fd.openCount();
    private LoopDisk disk;
    private Store store;

    @BeforeEach
    void open() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        disk = LoopDisk.mount("ext4", 40, folder.resolve("disk.img"), folder.resolve("disk"));
        store = Store.open(options(), linux);
    }

    private StoreOptions options() {
        return StoreOptions.of(folder.resolve("disk/root"), folder.resolve("run"));
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.containers().forEach(container -> store.deleteContainer(container.id()));
            store.images().forEach(image -> store.deleteImage(image.id()));
            store.close();
            ForeignTools.unmountBelow(folder.resolve("disk/root"), linux);
        }
        if (disk != null) {
            disk.close();
        }
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    private static byte[] noise(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private long available() throws IOException {
        return Files.getFileStore(folder.resolve("disk")).getUsableSpace();
    }

    private void fill(Path file, int leftBytes) throws IOException {
        byte[] block = new byte[64 << 10];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (available() > leftBytes) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private void assertWhole(int layers) {
        assertThat(store.check().toString()).isEqualTo("clean, " + layers + " layers");
        assertThat(folder.resolve("disk/root/overlay/tempdirs")).doesNotExist();
        assertThat(folder.resolve("disk/root/overlay-layers/tmp")).doesNotExist();
    }

    @Test
    void aLayerThatDoesNotFitFailsWithTheReasonAndLeavesNothing() throws IOException {
        StoredImage small = TestImage.of(
                        new TarBuilder().file("f", noise(MEGABYTE, 1)).build())
                .putInto(store, "reg/small:1");
        var many = new TarBuilder();
        for (int i = 0; i < 60; i++) {
            many.file("f" + i, noise(MEGABYTE, i));
        }

        assertThatThrownBy(() -> TestImage.putLayer(store, small.topLayer(), many.build()))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessageContaining("No space left on device");

        assertWhole(1);
        assertThat(available()).isGreaterThan(20L * MEGABYTE);
        TestImage.of(new TarBuilder().file("g", noise(MEGABYTE, 2)).build()).putInto(store, "reg/other:1");
        assertWhole(2);
    }

    @Test
    void recordsSurviveAFullDisk() throws IOException {
        StoredImage image = TestImage.of(StoreAgainstPodmanIT.baseLayer()).putInto(store, "reg/app:1");
        var first = ContainerId.random();
        store.createContainer(new NewContainer(first, List.of("first"), Optional.of(image.id()), "{}"));
        Path filler = folder.resolve("disk/filler");
        fill(filler, 0);

        int made = 0;
        try {
            while (made < 200) {
                var next = ContainerId.random();
                store.createContainer(
                        new NewContainer(next, List.of("next" + made), Optional.of(image.id()), "x".repeat(5000)));
                made++;
            }
        } catch (CriusException.Failed e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }

        assertThat(made).isLessThan(200);
        assertThat(store.container(first)).isPresent();
        assertThat(store.containers()).hasSize(made + 1);
        store.close();
        Files.delete(filler);
        store = Store.open(options(), linux);
        assertThat(store.containers()).hasSize(made + 1);
        assertThat(store.image(image.id())).contains(image);
        assertWhole(1);
        assertThat(store.mountContainer(first).resolve("etc/café")).hasContent("unicode");
    }

    @Test
    void whatIsInTheStoreCanBeDeletedWhenTheDiskIsFull() throws IOException {
        StoredImage image = TestImage.of(
                        new TarBuilder().file("f", noise(4 * MEGABYTE, 1)).build())
                .putInto(store, "reg/app:1");
        Path filler = folder.resolve("disk/filler");
        fill(filler, 0);

        boolean deleted = delete(image);

        if (!deleted) {
            // A record cannot be written with not a block left; what it says is still true then.
            assertThat(store.image(image.id())).isPresent();
            assertThat(store.check().toString()).isEqualTo("clean, 1 layers");
        }
        Files.delete(filler);
        store.deleteImage(image.id());
        assertWhole(0);
    }

    private boolean delete(StoredImage image) {
        try {
            store.deleteImage(image.id());
            return true;
        } catch (CriusException.Failed e) {
            assertThat(e).hasMessageContaining("No space left on device");
            return false;
        }
    }
}
