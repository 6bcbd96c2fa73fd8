package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The store of one test, and the proof that it gives everything back. */
final class DriverFixture {
    private final StoreOptions options;
    private final Path folder;
    private final Linux linux = Linux.real();
    private final long descriptors = Fd.openCount();
    private @Nullable Store open;

    DriverFixture(StoreOptions options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    Linux linux() {
        return linux;
    }

    /** Closing the store is how a test says that it wants to open it again. */
    Store store() {
        Store known = open;
        if (known == null) {
            known = Reopening.of(Store.open(options, linux), () -> open = null);
            open = known;
        }
        return known;
    }

    void end() throws IOException {
        Store last = store();
        last.containers().forEach(container -> last.deleteContainer(container.id()));
        for (StoredImage image : last.images()) {
            last.unmountImage(image.id());
            last.deleteImage(image.id());
        }
        last.close();
        assertThat(linux.mounts().list()).noneMatch(mount -> mount.mountPoint().startsWith(folder.resolve("root")));
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }
}
