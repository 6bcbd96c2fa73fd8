package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.KernelFeature;
import io.crius.linux.Linux;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootfsFolderTest {
    private final Linux linux = Linux.real();

    @TempDir
    Path folder;

    private Path rootfs = Path.of("/nowhere");

    @BeforeEach
    void makeARootFilesystem() throws IOException {
        Assumptions.assumeTrue(linux.features().has(KernelFeature.OPENAT2), "openat2 is needed");
        rootfs = Files.createDirectory(folder.resolve("rootfs"));
        Files.createDirectory(folder.resolve("outside"));
    }

    private void make(String path) throws IOException {
        try (var root = RootfsFolder.open(linux, rootfs)) {
            root.makeFolders(Path.of(path));
        }
    }

    @Test
    void makesWhatIsMissing() throws IOException {
        make("/");
        make("/a/b/../c");
        make("/a/c");
        assertThat(rootfs.resolve("a/c")).isDirectory();
        assertThat(rootfs.resolve("a/b")).doesNotExist();
    }

    @Test
    void linksLeadNowhereButIntoTheRootFilesystem() throws IOException {
        Files.createSymbolicLink(rootfs.resolve("absolute"), folder.resolve("outside"));
        Files.createSymbolicLink(rootfs.resolve("relative"), Path.of("../../../../../.." + folder + "/outside"));
        Files.createDirectory(rootfs.resolve("real"));
        Files.createSymbolicLink(rootfs.resolve("inside"), Path.of("/real"));
        make("/absolute/made");
        make("/relative/made");
        make("/inside/made");
        assertThat(folder.resolve("outside")).isEmptyDirectory();
        assertThat(rootfs.resolve("real/made")).isDirectory();
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Files.createFile(rootfs.resolve("file"));
        assertThatThrownBy(() -> make("/file/below"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("/file in the image is not a folder: ");
    }

    @Test
    void mtabIsLinkedWhereTheImageHasNone() throws IOException {
        try (var root = RootfsFolder.open(linux, rootfs)) {
            root.linkMtab();
            assertThat(rootfs.resolve("etc")).doesNotExist();
            Files.createDirectory(rootfs.resolve("etc"));
            root.linkMtab();
            root.linkMtab();
        }
        assertThat(Files.readSymbolicLink(rootfs.resolve("etc/mtab"))).isEqualTo(Path.of("/proc/mounts"));
    }
}
