package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KernelFileAttributesIT {
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY);

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final FileAttributes attributes = linux.attributes();
    private Fd fd;

    @BeforeEach
    void open() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "owners and devices need root");
        fd = linux.descriptors().open(folder, FOLDER, 0);
    }

    @AfterEach
    void close() {
        if (fd != null) {
            fd.close();
        }
    }

    @Test
    void makesEntriesOfEveryKind() throws IOException {
        attributes.mkdirAt(fd, "d", 0700);
        attributes.symlinkAt("/nowhere", fd, "s");
        attributes.linkAt(fd, "s", fd, "s2");
        attributes.mknodAt(fd, "null", FileKind.CHARACTER_DEVICE, 0600, new DeviceNumber(1, 3));
        attributes.mknodAt(fd, "large", FileKind.BLOCK_DEVICE, 0600, new DeviceNumber(4095, 1_048_575));
        attributes.mknodAt(fd, "fifo", FileKind.FIFO, 0600, new DeviceNumber(0, 0));

        assertThat(attributes.statAt(fd, "d").isDirectory()).isTrue();
        assertThat(attributes.statAt(fd, "s2").isSymlink()).isTrue();
        assertThat(attributes.statAt(fd, "s2").links()).isEqualTo(2);
        assertThat(attributes.statAt(fd, "null").device()).isEqualTo(new DeviceNumber(1, 3));
        assertThat(attributes.statAt(fd, "large").device()).isEqualTo(new DeviceNumber(4095, 1_048_575));
        attributes.unlinkAt(fd, "d", UnlinkFlag.DIRECTORY);
        attributes.renameAt(fd, "s", fd, "moved");
        assertThat(folder.resolve("d")).doesNotExist();
        assertThat(Files.isSymbolicLink(folder.resolve("moved"))).isTrue();
    }

    @Test
    void changesLinksAndNotTheirTargets() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "x");
        attributes.symlinkAt("target", fd, "link");
        attributes.chownAt(fd, "link", 4_000_000_000L, 7);
        attributes.utimensAt(fd, "link", Instant.EPOCH, Instant.ofEpochSecond(-5, 123_456_789));
        attributes.setXattrAt(fd, "link", "trusted.x", new byte[] {1, 0, 2});

        assertThat(attributes.statAt(fd, "link").uid()).isEqualTo(4_000_000_000L);
        assertThat(attributes.xattrAt(fd, "link", "trusted.x")).contains(new byte[] {1, 0, 2});
        assertThat(Files.getLastModifiedTime(folder.resolve("link"), LinkOption.NOFOLLOW_LINKS)
                        .toInstant())
                .isEqualTo(Instant.ofEpochSecond(-5, 123_456_789));
        assertThat(Files.getAttribute(target, "unix:uid")).isEqualTo(0);
        assertThat(attributes.xattrAt(fd, "target", "trusted.x")).isEmpty();
    }

    @Test
    void changesOpenFiles() throws IOException {
        Set<OpenFlag> create = Set.of(OpenFlag.WRONLY, OpenFlag.CREAT, OpenFlag.EXCL);
        try (Fd file = linux.descriptors().openBeneath(fd, "file", create, 0600)) {
            linux.descriptors().writeFully(file, "hello".getBytes(StandardCharsets.US_ASCII), 1, 3);
            linux.descriptors().pwrite(file, "L".getBytes(StandardCharsets.US_ASCII), 1);
            attributes.chown(file, 1, 2);
            attributes.chmod(file, 04711);
            attributes.utimens(file, Instant.ofEpochSecond(9), Instant.ofEpochSecond(8));
            attributes.setXattr(file, "user.empty", new byte[0]);
            linux.descriptors().beginWriting(file);
            linux.descriptors().fsync(file);
            linux.descriptors().fdatasync(file);
            linux.descriptors().syncFilesystem(file);
            assertThat(attributes.stat(file).permissions()).isEqualTo(04711);
        }
        assertThat(folder.resolve("file")).hasContent("eLl");
        assertThat(attributes.xattrAt(fd, "file", "user.empty")).contains(new byte[0]);
    }

    @Test
    void keepsPathsBelowTheFolder() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.writeString(inner.resolve("passwd"), "inner");
        Files.createDirectory(inner.resolve("etc"));
        Files.writeString(inner.resolve("etc/passwd"), "inner etc");
        Files.createSymbolicLink(inner.resolve("up"), Path.of("../../../../etc"));
        Files.createSymbolicLink(inner.resolve("abs"), Path.of("/etc/passwd"));
        try (Fd root = linux.descriptors().open(inner, FOLDER, 0)) {
            assertThat(content(root, "../../passwd")).isEqualTo("inner");
            assertThat(content(root, "up/passwd")).isEqualTo("inner etc");
            assertThat(content(root, "abs")).isEqualTo("inner etc");
            assertThatThrownBy(() ->
                            linux.descriptors().openBeneath(root, "abs", Set.of(OpenFlag.RDONLY, OpenFlag.NOFOLLOW), 0))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage("openat2(" + inner + ", abs): ELOOP (Too many levels of symbolic links)");
        }
    }

    @Test
    void knowsNamesThatAreNotText() throws IOException {
        String name = RawNames.decode(new byte[] {'c', 'a', 'f', (byte) 0xE9});
        attributes.mkdirAt(fd, name, 0700);

        assertThat(attributes.statAt(fd, name).isDirectory()).isTrue();
        assertThatThrownBy(() -> attributes.statAt(fd, "caf\u00E9")).isInstanceOf(ErrnoException.class);
        assertThatThrownBy(() -> attributes.statAt(fd, "caf?")).isInstanceOf(ErrnoException.class);
        attributes.unlinkAt(fd, name, UnlinkFlag.DIRECTORY);
    }

    @Test
    void namesExtendedAttributesAndTakesThemOff() throws IOException {
        Files.writeString(folder.resolve("file"), "x");
        attributes.setXattrAt(fd, "file", "user.one", new byte[] {1});
        attributes.setXattrAt(fd, "file", "trusted.two", new byte[1000]);
        try (Fd file = linux.descriptors().openBeneath(fd, "file", Set.of(OpenFlag.RDONLY), 0)) {
            assertThat(attributes.xattrNames(file)).containsExactlyInAnyOrder("user.one", "trusted.two");
            assertThat(attributes.xattrNamesAt(fd, "file")).hasSize(2);
            assertThat(attributes.xattr(file, "user.one")).contains(new byte[] {1});
            attributes.removeXattr(file, "user.one");
            attributes.removeXattrAt(fd, "file", "trusted.two");
            assertThat(attributes.xattrNames(file)).isEmpty();
            assertThat(attributes.xattr(file, "user.one")).isEmpty();
            assertThatThrownBy(() -> attributes.removeXattr(file, "user.one"))
                    .hasMessage("removexattr(" + folder.resolve("file") + ", user.one): ENODATA (No data available)");
        }
        try (Fd none = linux.descriptors().open(Path.of("/proc/self"), FOLDER, 0)) {
            assertThat(attributes.xattr(none, "user.x")).isEmpty();
        }
    }

    @Test
    void renamesAsItIsTold() throws IOException {
        Files.writeString(folder.resolve("a"), "a");
        Files.writeString(folder.resolve("b"), "b");

        assertThatThrownBy(() -> attributes.renameAt(fd, "a", fd, "b", RenameFlag.NOREPLACE))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EEXIST");
        attributes.renameAt(fd, "a", fd, "b", RenameFlag.EXCHANGE);
        assertThat(folder.resolve("a")).hasContent("b");
        assertThat(folder.resolve("b")).hasContent("a");
        attributes.renameAt(fd, "a", fd, "b", RenameFlag.REPLACE);
        assertThat(folder.resolve("a")).doesNotExist();
    }

    @Test
    void setsModesOfNamesButNeverThroughALink() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "x");
        attributes.symlinkAt("target", fd, "link");
        attributes.chmodAt(fd, "target", 0400);
        int before = attributes.statAt(fd, "target").permissions();

        assertThatThrownBy(() -> attributes.chmodAt(fd, "link", 0777)).hasMessageContaining("EOPNOTSUPP");
        assertThatThrownBy(() -> KernelFileAttributes.chmodByPath(fd, "link", 0777))
                .hasMessageContaining("EOPNOTSUPP");
        assertThat(attributes.statAt(fd, "target").permissions())
                .isEqualTo(before)
                .isEqualTo(0400);
        KernelFileAttributes.chmodByPath(fd, "target", 01644);
        assertThat(attributes.statAt(fd, "target").permissions()).isEqualTo(01644);
        assertThat(attributes.readLinkAt(fd, "link")).isEqualTo("target");
        assertThat(target).hasContent("x");
    }

    @Test
    void tellsWhatTheKernelKnows() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "12345");
        FileStat stat = attributes.statAt(fd, "file");

        assertThat(stat.isRegular()).isTrue();
        assertThat(stat.size()).isEqualTo(5);
        assertThat(stat.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(stat.modified()).isEqualTo(Files.getLastModifiedTime(file).toInstant());
        assertThat(stat.filesystem()).isEqualTo(attributes.stat(fd).filesystem());
        assertThat(stat.blocks()).isPositive();
    }

    private String content(Fd root, String path) throws IOException {
        try (Fd file = linux.descriptors().openBeneath(root, path, Set.of(OpenFlag.RDONLY), 0)) {
            byte[] buffer = new byte[100];
            int size = linux.descriptors().pread(file, buffer, 0);
            return new String(buffer, 0, size, StandardCharsets.US_ASCII);
        }
    }
}
