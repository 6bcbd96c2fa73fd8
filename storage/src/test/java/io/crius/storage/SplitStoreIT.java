package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import io.crius.storage.archive.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose images are kept in another folder than its containers. */
final class SplitStoreIT {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final long descriptors = Fd.openCount();
    private Store store;

    @BeforeEach
    void open() {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        store = Store.open(options(), linux);
    }

    private StoreOptions options() {
        return StoreOptions.of(folder.resolve("root"), folder.resolve("run"))
                .withImageStore(Optional.of(folder.resolve("images")));
    }

    @AfterEach
    void nothingStays() throws IOException {
        if (store != null) {
            store.containers().forEach(container -> store.deleteContainer(container.id()));
            store.images().forEach(image -> store.deleteImage(image.id()));
            store.close();
            assertThat(linux.mounts().list())
                    .noneMatch(mount -> mount.mountPoint().startsWith(folder));
            assertThat(Fd.openCount()).isEqualTo(descriptors);
            assertThat(layers("root")).isEmpty();
            assertThat(layers("images")).isEmpty();
        }
    }

    private List<String> layers(String root) throws IOException {
        try (Stream<Path> names = Files.list(folder.resolve(root).resolve("overlay"))) {
            return names.map(path -> path.getFileName().toString())
                    .filter(name -> name.length() == 64)
                    .toList();
        }
    }

    @Test
    void imagesAreInTheOnePlaceAndContainersInTheOther() throws IOException {
        StoredImage image = TestImage.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer())
                .putInto(store, "reg/app:1");
        var id = ContainerId.random();
        store.createContainer(new NewContainer(id, List.of("c"), Optional.of(image.id()), "{}"));
        Path root = store.mountContainer(id);

        assertThat(layers("images")).hasSize(2);
        assertThat(layers("root")).hasSize(1);
        assertThat(folder.resolve("images/overlay-images/images.json")).exists();
        assertThat(folder.resolve("root/overlay-images/images.json")).doesNotExist();
        assertThat(root).startsWith(folder.resolve("root"));
        assertThat(root.resolve("etc/café")).hasContent("unicode");
        Files.writeString(root.resolve("new"), "x");
        assertThat(store.usage().images().folder()).isEqualTo(folder.resolve("images/overlay-images"));
        assertThat(store.usage().containers().folder()).isEqualTo(folder.resolve("root/overlay-containers"));
        assertThat(store.check().toString()).isEqualTo("clean, 2 layers");
        Assertions.assertThatThrownBy(() -> store.deleteImage(image.id()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is in use by container " + id);

        store.close();
        store = Store.open(options(), linux);
        assertThat(store.mountedContainer(id)).contains(root);
        store.deleteContainer(id);
        assertThat(layers("root")).isEmpty();
        assertThat(store.mountImage(image.id()).resolve("etc/café")).hasContent("unicode");
        store.unmountImage(image.id());
    }

    @Test
    void aStoreThatIsNotSplitCanReadTheImages() throws IOException {
        StoredImage image =
                TestImage.of(new TarBuilder().file("f", "x").build()).putInto(store, "reg/app:1");

        try (Store plain = Store.open(StoreOptions.of(folder.resolve("images"), folder.resolve("other-run")), linux)) {
            assertThat(plain.imageByName("reg/app:1")).contains(image);
            assertThat(plain.check().toString()).isEqualTo("clean, 1 layers");
        }
    }
}
