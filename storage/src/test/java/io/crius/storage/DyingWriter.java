package io.crius.storage;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process that goes through the lives of images and a container and dies at the step it is told. */
final class DyingWriter {
    /** A name that moves. */
    static final String MOVED = "localhost/moved:1";

    private DyingWriter() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        Linux linux = DyingKernel.dyingAfter(Integer.parseInt(arguments[1]), Linux.real());
        try (Store store = Store.open(StoreOptions.of(folder.resolve("root"), folder.resolve("run")), linux)) {
            live(store);
        }
    }

    static void live(Store store) {
        runAndRemove(store);
        pullAgain(store);
        giveUp(store);
    }

    /** The name moves to another image; what lost it is deleted by its id, as kubelet does. */
    private static void pullAgain(Store store) {
        StoredImage old = TestImage.of(StoreAgainstPodmanIT.baseLayer()).putInto(store, MOVED);
        StoredImage next = TestImage.of(StoreAgainstPodmanIT.upperLayer()).putInto(store, MOVED);
        store.deleteImage(old.id());
        store.deleteImage(next.id());
    }

    /** A layer was committed, and its image never comes. */
    private static void giveUp(Store store) {
        store.deleteLayers(TestImage.putLayer(store, Optional.empty(), StoreAgainstPodmanIT.upperLayer()));
    }

    private static void runAndRemove(Store store) {
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
