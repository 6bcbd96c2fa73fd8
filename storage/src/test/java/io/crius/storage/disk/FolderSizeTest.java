package io.crius.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Linux;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderSizeTest {
    @TempDir
    Path folder;

    @Test
    void filesWithSeveralNamesCountOnceAndLinksAreNotFollowed() throws IOException {
        Files.write(folder.resolve("one"), new byte[100_000]);
        Files.createLink(folder.resolve("again"), folder.resolve("one"));
        Files.createDirectories(folder.resolve("deep/er"));
        Files.write(folder.resolve("deep/er/two"), new byte[50_000]);
        Files.createSymbolicLink(folder.resolve("deep/link"), Path.of("/usr"));
        var size = new FolderSize(Linux.real()).of(folder).orElseThrow();
        assertThat(size.inodes()).isEqualTo(6);
        assertThat(size.bytes()).isBetween(150_000L, 300_000L);
        assertThat(new FolderSize(Linux.real()).of(folder.resolve("none"))).isEmpty();
    }

    @Test
    void holesTakeNothing() throws IOException {
        try (var file = new RandomAccessFile(folder.resolve("sparse").toFile(), "rw")) {
            file.setLength(1L << 30);
        }
        assertThat(new FolderSize(Linux.real()).of(folder).orElseThrow().bytes())
                .isLessThan(1 << 20);
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertThat(new FolderSize(Linux.real()).of(folder)).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }
}
