package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process that goes through the life of an image and a container and dies at the step it is told. */
final class DyingWriter {
    private DyingWriter() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        Linux linux = DyingKernel.dyingAfter(Integer.parseInt(arguments[1]), Linux.real());
        try (Store store = Store.open(StoreOptions.of(folder.resolve("root"), folder.resolve("run")), linux)) {
            live(store);
        }
    }

    static void live(Store store) {
        TestImage image = TestImage.of(StoreAgainstPodmanIT.baseLayer(), StoreAgainstPodmanIT.upperLayer());
        StoredImage stored = image.putInto(store, "localhost/app:1");
        var id = ContainerId.random();
        var container = new NewContainer(id, List.of("c"), Optional.of(stored.id()), "{\"name\":\"c\"}");
        try (MountedContainer mounted = store.createMountedContainer(container)) {
            mounted.awaitRecords();
        }
        store.unmountContainer(id);
        store.deleteContainer(id);
        store.deleteImage(stored.id());
    }
}
