package io.crius.runtime.exit;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.model.ContainerId;
import io.crius.runtime.ContainerFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExitFilesTest {
    private static final ContainerId ID = new ContainerId("ab".repeat(32));

    @TempDir
    Path folder;

    private ContainerFolders folders;
    private ExitFiles files;

    @BeforeEach
    void makeFolders() throws IOException {
        folders = new ContainerFolders(
                Files.createDirectory(folder.resolve("bundle")), Files.createDirectory(folder.resolve("persistent")));
        files = new ExitFiles(Files.createDirectory(folder.resolve("exits")));
    }

    @Test
    void giveCodeAndTime() throws IOException {
        Path file = Files.writeString(folder.resolve("exits").resolve(ID.value()), "137");
        Instant time = Instant.parse("2026-01-02T03:04:05Z");
        Files.setLastModifiedTime(file, FileTime.from(time));

        assertThat(files.report(ID, folders)).contains(new ExitFiles.Report(137, time));
    }

    @Test
    void areLookedForInTheContainersOwnFolderAfterAReboot() throws IOException {
        Files.writeString(folder.resolve("persistent/exit"), "0\n");

        assertThat(files.report(ID, folders).orElseThrow().exitCode()).isZero();
    }

    @Test
    void sayNothingWhereTheyAreMissingOrHoldSomethingElse() throws IOException {
        Path file = folder.resolve("exits").resolve(ID.value());

        assertThat(files.report(ID, folders)).isEmpty();
        for (String content : new String[] {"", "x", "-1", "99999", "1 2", "\u0661"}) {
            Files.writeString(file, content);
            assertThat(files.report(ID, folders)).as(content).isEmpty();
        }
    }

    @Test
    void ofWantOfMemoryMayLieInEitherFolder() throws IOException {
        assertThat(files.memory(folders)).isEqualTo(ContainerExit.Memory.SUFFICED);

        Path own = Files.createFile(folder.resolve("persistent/oom"));
        assertThat(files.memory(folders)).isEqualTo(ContainerExit.Memory.OUT_OF_MEMORY);

        Files.delete(own);
        Files.createFile(folder.resolve("bundle/oom"));
        assertThat(files.memory(folders)).isEqualTo(ContainerExit.Memory.OUT_OF_MEMORY);
    }
}
