package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.Deadline;
import io.crius.storage.archive.TarBuilder;
import io.crius.storage.disk.FolderSize;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
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

    private Store store() {
        return open.orElseThrow();
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

    /** Counts when it is let. */
    private static final class HeldCount extends FolderSize {
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch begun = new CountDownLatch(1);

        HeldCount(Linux linux) {
            super(linux);
        }

        @Override
        public Optional<Size> of(Path folder) {
            begun.countDown();
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return super.of(folder);
        }
    }

    private StoreMeter meter(HeldCount counter) {
        var parts = new StoreParts(StoreOptions.of(folder.resolve("root"), folder.resolve("run")), linux);
        var paths = new StorePaths(folder.resolve("root"), folder.resolve("run"), DriverKind.OVERLAY);
        var subject = new StoreMeter.Subject(paths, paths, parts.layers(), parts.containers());
        return new StoreMeter(subject, Duration.ofSeconds(10), counter);
    }

    private static Duration took(Callable<?> what) throws Exception {
        long begun = System.nanoTime();
        what.call();
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    void whoAsksFirstWaitsForTheFirstCount() throws Exception {
        container(store(Optional.empty()), image(store()));
        var counter = new HeldCount(linux);
        try (StoreMeter meter = meter(counter)) {
            var answer = new FutureTask<>(meter::usage);
            Thread.ofVirtual().start(answer);
            assertThat(counter.begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            counter.held.countDown();

            assertThat(answer.get().containers().size().bytes()).isGreaterThan(30_000);
        }
    }

    @Test
    void aFirstCountThatHangsIsWaitedForATimeThatTheCallerHas() throws Exception {
        container(store(Optional.empty()), image(store()));
        var counter = new HeldCount(linux);
        try (StoreMeter meter = meter(counter)) {
            assertThat(took(() -> {
                        StoreUsage usage = meter.usage();
                        assertThat(usage.images().size().bytes()).isGreaterThan(75_000);
                        return assertThat(usage.containers().size().bytes()).isZero();
                    }))
                    .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(10));
            Deadline deadline = Deadline.after(Duration.ofMillis(800));
            assertThat(took(() -> ScopedValue.where(Deadline.CURRENT, deadline).call(meter::usage)))
                    .isLessThan(Duration.ofMillis(800));
            assertThat(took(() -> ScopedValue.where(Deadline.CURRENT, Deadline.after(Duration.ZERO))
                            .call(meter::usage)))
                    .isLessThan(Duration.ofMillis(300));
            assertThat(took(() -> store().images())).isLessThan(Duration.ofMillis(300));
            counter.held.countDown();
        }
    }

    @Test
    void whoIsInterruptedWaitsForNoCount() throws Exception {
        image(store(Optional.empty()));
        var counter = new HeldCount(linux);
        try (StoreMeter meter = meter(counter)) {
            var answer = new FutureTask<>(() -> {
                assertThatThrownBy(meter::usage)
                        .isInstanceOf(InterruptedIOException.class)
                        .hasMessage("interrupted while the store was measured for the first time");
                return Thread.currentThread().isInterrupted();
            });
            Thread asking = Thread.ofPlatform().start(answer);
            assertThat(counter.begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            asking.interrupt();

            assertThat(answer.get()).isTrue();
            counter.held.countDown();
        }
    }

    @Test
    void whatWasCountedInTheBackgroundIsThereWhenItIsAskedFor() throws Exception {
        container(store(Optional.empty()), image(store()));
        var counter = new HeldCount(linux);
        counter.held.countDown();
        try (StoreMeter meter = meter(counter)) {
            meter.begin();
            assertThat(counter.begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            assertThat(meter.usage().containers().size().inodes()).isPositive();
        }
    }

    @Test
    void imagesAndContainersTakeWhatDuSays() throws Exception {
        Store store = store(Optional.empty());
        container(store, image(store));
        List<String> ofContainers =
                store.containers().stream().map(one -> one.layer().value()).toList();

        StoreUsage usage = store.usage();

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

        StoreUsage usage = store.usage();

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
        long before = store.usage().images().size().bytes();

        store.containers().forEach(container -> store.deleteContainer(container.id()));
        store.deleteImage(image.id());

        assertThat(store.usage().images().size().bytes()).isLessThan(before - 70_000);
    }
}
