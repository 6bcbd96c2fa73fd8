package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FakeMountsTest implements MountsContract {
    @TempDir
    Path folder;

    private final FakeLinux kernel = new FakeLinux();

    @Override
    public Mounts mounts() {
        return kernel.linux().mounts();
    }

    @Override
    public Path base() {
        return folder;
    }

    @AfterEach
    void nothingIsLeft() {
        kernel.assertNothingLeft();
    }

    @Test
    void twoOverlaysDoNotShareWhatTheyWriteTo() throws IOException {
        Path upper = Files.createDirectory(folder.resolve("upper"));
        Path work = Files.createDirectory(folder.resolve("work"));
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        List<Path> lowers = List.of(folder);
        mounts().overlay(new OverlayMount(first, lowers, Optional.of(upper), Optional.of(work), List.of()));

        assertThatThrownBy(() -> mounts().overlay(
                                new OverlayMount(second, lowers, Optional.of(upper), Optional.of(work), List.of())))
                .hasMessageContaining("EBUSY");
        mounts().unmount(first, Set.of());
    }
}
