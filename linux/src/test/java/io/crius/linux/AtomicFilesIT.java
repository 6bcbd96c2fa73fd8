package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFilesIT {
    @TempDir
    Path folder;

    private final AtomicFiles files = Linux.real().files();

    @Test
    void aFileIsReplacedWithItsMode() throws IOException {
        Path file = folder.resolve("state.json");
        files.write(file, bytes("one"), FileMode.PRIVATE);
        files.write(file, bytes("two"), new FileMode(0666));

        assertThat(file).hasContent("two");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-rw-rw-");
        assertThat(folder).isDirectoryContaining(file::equals);
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void aLinkIsReplacedAndNotItsTarget() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "untouched");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        files.write(link, bytes("new"), FileMode.PUBLIC);

        assertThat(target).hasContent("untouched");
        assertThat(link).isRegularFile().hasContent("new");
    }

    @Test
    void whatCannotBeReplacedLeavesNothing() throws IOException {
        Path occupied = Files.createDirectory(folder.resolve("occupied"));

        assertThatThrownBy(() -> files.write(occupied, bytes("x"), FileMode.PUBLIC))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EISDIR");
        assertThatThrownBy(() -> files.write(folder.resolve("none/file"), bytes("x"), FileMode.PUBLIC))
                .hasMessageContaining("open(" + folder.resolve("none") + "): ENOENT");
        assertThat(folder.toFile().list()).containsExactly("occupied");
    }

    @Test
    void aLongNameIsNoProblem() throws IOException {
        Path file = folder.resolve("n".repeat(255));
        files.write(file, bytes("x"), FileMode.PUBLIC);

        assertThat(file).hasContent("x");
    }

    @Test
    void readersSeeOneOrTheOther() throws Exception {
        Path file = folder.resolve("file");
        byte[] first = bytes("a".repeat(100_000));
        byte[] second = bytes("b".repeat(200_000));
        files.write(file, first, FileMode.PUBLIC);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writer = threads.submit(() -> {
                for (int i = 0; i < 20; i++) {
                    files.write(file, i % 2 == 0 ? second : first, FileMode.PUBLIC);
                }
                return true;
            });
            while (!writer.isDone()) {
                assertThat(Files.size(file)).isIn((long) first.length, (long) second.length);
            }
            assertThat(writer.get()).isTrue();
        }
        files.syncFolder(folder);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
