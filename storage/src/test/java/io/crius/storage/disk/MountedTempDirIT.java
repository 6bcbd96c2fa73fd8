package io.crius.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Depth;
import io.crius.linux.Linux;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies while it shows a store in a temporary folder leaves a mount there; what that shows is not to be removed. */
class MountedTempDirIT {
    private final Linux linux = Linux.real();

    @TempDir
    Path folder;

    private Path kept() throws Exception {
        return Files.writeString(
                Files.createDirectories(folder.resolve("store/layer")).resolve("file"), "kept");
    }

    private void mountIn(Path layer) throws Exception {
        Path shown = Files.createDirectories(layer.resolve("mapped/0"));
        linux.mounts().bind(folder.resolve("store"), shown, Depth.SINGLE);
        linux.mounts().bind(folder.resolve("store"), shown, Depth.SINGLE);
    }

    @Test
    void aLayerThatIsRemovedTakesNothingAlongThatIsMountedInIt() throws Exception {
        Path kept = kept();
        Path layer = Files.createDirectories(folder.resolve("dead"));
        mountIn(layer);
        var dir = new TempDirs(folder.resolve("tempdirs"), linux).create();
        dir.take(layer);
        dir.close();
        assertThat(kept).hasContent("kept");
        assertThat(folder.resolve("tempdirs")).doesNotExist();
        assertThat(linux.mounts().list()).noneMatch(mount -> mount.mountPoint().startsWith(folder));
    }

    @Test
    void whatADeadProcessLeftMountedIsTakenAwayByTheNext() throws Exception {
        Path kept = kept();
        Path root = Files.createDirectories(folder.resolve("tempdirs"));
        Files.createFile(root.resolve("lock-1"));
        mountIn(root.resolve("temp-dir-1/0-layer"));
        new TempDirs(root, linux).recover();
        assertThat(kept).hasContent("kept");
        assertThat(root).doesNotExist();
        assertThat(linux.mounts().list()).noneMatch(mount -> mount.mountPoint().startsWith(folder));
    }
}
