package io.crius.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class TempDirsTest {
    @org.junit.jupiter.api.io.TempDir
    Path folder;

    private final Linux linux = Linux.real();

    @Test
    void isGoneWhenClosed() throws IOException {
        long descriptors = Fd.openCount();
        Path victim = folder.resolve("victim");
        Files.createDirectories(victim.resolve("deep"));
        var dirs = new TempDirs(folder.resolve("tempdirs"), linux);
        try (TempDir dir = dirs.create()) {
            Files.createDirectory(dir.child("addition"));
            dir.take(victim);
            dir.take(folder.resolve("missing"));
            assertThat(victim).doesNotExist();
            dir.close();
        }

        assertThat(folder.resolve("tempdirs")).doesNotExist();
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    @Test
    void recoversOnlyWhatNobodyHolds() throws IOException {
        Path root = Files.createDirectory(folder.resolve("tempdirs"));
        var dirs = new TempDirs(root, linux);
        Files.createFile(root.resolve("lock-dead"));
        Files.createDirectories(root.resolve("temp-dir-dead/0-addition/x"));
        try (TempDir alive = dirs.create()) {
            Path staged = Files.createDirectory(alive.child("addition"));

            new TempDirs(root, linux).recover();

            assertThat(staged).exists();
            assertThat(root.resolve("temp-dir-dead")).doesNotExist();
            assertThat(root.resolve("lock-dead")).doesNotExist();
        }
        assertThat(root).doesNotExist();
    }

    @Test
    void needsNoFolderToRecover() throws IOException {
        new TempDirs(folder.resolve("missing"), linux).recover();
    }
}
