package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.storage.archive.TarBuilder;
import io.crius.storage.disk.FolderSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store says that it takes on disk, against du(1). */
final class StoreMeterIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final long descriptors = Fd.openCount();
    private Optional<Store> open = Optional.empty();

    @BeforeEach
    void needRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    }

    @AfterEach
    void nothingStays() {
        if (open.isPresent()) {
            Store store = open.get();
            store.containers().forEach(container -> store.deleteContainer(container.id()));
            store.images().forEach(image -> store.deleteImage(image.id()));
            store.close();
            assertThat(Fd.openCount()).isEqualTo(descriptors);
        }
    }

    private Store store(Optional<Path> imageStore) {
        Store store = Store.open(
                StoreOptions.of(folder.resolve("root"), folder.resolve("run")).withImageStore(imageStore), linux);
        open = Optional.of(store);
        return store;
    }

    private static StoredImage image(Store store) {
        byte[] base = new TarBuilder()
                .folder("etc")
                .file("etc/one", "x".repeat(5000))
                .file("etc/two", "y")
                .entry('1', "etc/again", "etc/one", 0644, new byte[0])
                .build();
        return TestImage.of(
                        base, new TarBuilder().file("three", "z".repeat(70_000)).build())
                .putInto(store, "reg/app:1");
    }

    /** A container that wrote something, and whose root is mounted meanwhile. */
    private void container(Store store, StoredImage image) throws IOException {
        var id = ContainerId.random();
        store.createContainer(new NewContainer(id, List.of("c"), Optional.of(image.id()), "{}"));
        Path root = store.mountContainer(id);
        Files.writeString(root.resolve("written"), "w".repeat(30_000));
        Files.writeString(folder.resolve("root/overlay-containers/" + id + "/userdata/log"), "line");
    }

    private FolderSize.Size du(List<Path> folders) throws IOException, InterruptedException {
        return new FolderSize.Size(du("--block-size=1", folders), du("--inodes", folders));
    }

    private static long du(String unit, List<Path> folders) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("du", "--summarize", "--total", "--one-file-system", unit));
        folders.forEach(one -> command.add(one.toString()));
        Process du = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(du.waitFor()).as(output).isZero();
        String total = output.lines()
                .filter(line -> line.endsWith("total"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(total.substring(0, total.indexOf('\t')));
    }

    private List<Path> layers(String root, List<String> except) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve(root).resolve("overlay"))) {
            return all.filter(path -> path.getFileName().toString().length() == 64)
                    .filter(path -> !except.contains(path.getFileName().toString()))
                    .toList();
        }
    }

    /** Counting goes on meanwhile; nothing changes, so what it finds is the same whenever it is done. */
    private static StoreUsage counted(Store store) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        StoreUsage usage = store.usage();
        while (usage.containers().size().inodes() == 0 && System.nanoTime() < end) {
            Thread.sleep(5);
            usage = store.usage();
        }
        return usage;
    }

    @Test
    void imagesAndContainersTakeWhatDuSays() throws Exception {
        Store store = store(Optional.empty());
        container(store, image(store));
        List<String> ofContainers =
                store.containers().stream().map(one -> one.layer().value()).toList();

        StoreUsage usage = counted(store);

        Path root = folder.resolve("root");
        List<Path> images = new ArrayList<>(layers("root", ofContainers));
        assertThat(images).hasSize(2);
        images.add(root.resolve("overlay-images"));
        images.add(root.resolve("overlay-layers"));
        assertThat(usage.images()).isEqualTo(new StoreUsage.Part(root.resolve("overlay-images"), du(images)));
        assertThat(usage.containers())
                .isEqualTo(new StoreUsage.Part(
                        root.resolve("overlay-images"),
                        du(List.of(
                                root.resolve("overlay").resolve(ofContainers.getFirst()),
                                root.resolve("overlay-containers")))));
        assertThat(usage.containers().size().bytes()).isGreaterThan(30_000);
    }

    @Test
    void theSidesOfASplitStoreAreCountedApart() throws Exception {
        Path images = folder.resolve("images");
        Store store = store(Optional.of(images));
        container(store, image(store));

        StoreUsage usage = counted(store);

        List<Path> ofImages = new ArrayList<>(layers("images", List.of()));
        ofImages.add(images.resolve("overlay-images"));
        ofImages.add(images.resolve("overlay-layers"));
        assertThat(usage.images()).isEqualTo(new StoreUsage.Part(images.resolve("overlay-images"), du(ofImages)));
        Path root = folder.resolve("root");
        List<Path> ofContainers = new ArrayList<>(layers("root", List.of()));
        assertThat(ofContainers).hasSize(1);
        ofContainers.add(root.resolve("overlay-containers"));
        ofContainers.add(root.resolve("overlay-layers"));
        assertThat(usage.containers())
                .isEqualTo(new StoreUsage.Part(root.resolve("overlay-containers"), du(ofContainers)));
        assertThat(usage.isSplit()).isTrue();
    }

    @Test
    void whatIsDeletedIsNoLongerCounted() throws Exception {
        Store store = store(Optional.empty());
        StoredImage image = image(store);
        container(store, image);
        long before = counted(store).images().size().bytes();

        store.containers().forEach(container -> store.deleteContainer(container.id()));
        store.deleteImage(image.id());

        assertThat(store.usage().images().size().bytes()).isLessThan(before - 70_000);
    }
}
