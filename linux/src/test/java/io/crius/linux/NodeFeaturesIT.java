package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeFeaturesIT {
    @TempDir
    Path folder;

    private final KernelFeatures features = Linux.real().features();

    @Test
    void knowsTheKernel() throws IOException {
        KernelVersion version = features.version();

        assertThat(Files.readString(Path.of("/proc/version"))).startsWith("Linux version " + version + ".");
        assertThat(features.has(KernelFeature.OPENAT2)).isEqualTo(version.isAtLeast(5, 6));
        assertThat(features.has(KernelFeature.PIDFD)).isEqualTo(version.isAtLeast(5, 3));
        assertThat(features.has(KernelFeature.FCHMODAT2)).isEqualTo(version.isAtLeast(6, 6));
    }

    @Test
    void knowsCapabilities() throws IOException {
        assertThat(features.lastCapability()).isGreaterThanOrEqualTo(36);
        assertThat(features.boundingCapabilities())
                .allSatisfy(number -> assertThat(number).isBetween(0, features.lastCapability()));
    }

    @Test
    void measuresAFileSystem() throws IOException {
        StatFs stat = features.statFs(folder);
        var store = Files.getFileStore(folder);

        assertThat(stat.blocks() * stat.blockSize()).isEqualTo(store.getTotalSpace());
        assertThat(stat.freeBlocks()).isGreaterThanOrEqualTo(stat.availableBlocks());
        assertThat(features.statFs(Path.of("/proc")).type()).isEqualTo(0x9fa0);
        assertThatThrownBy(() -> features.statFs(folder.resolve("none")))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("statfs(" + folder.resolve("none") + "): ENOENT (No such file or directory)");
    }
}
