package io.crius.storage.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.MountFlag;
import io.crius.linux.OpenFlag;
import io.crius.linux.UnmountFlag;
import io.crius.storage.archive.MalformedArchiveException;
import io.crius.storage.archive.TarBuilder;
import io.crius.storage.archive.UnpackLimits;
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.tarsplit.TarSplitWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Archives that want out of their layer, or more than they are worth, on the real kernel as root. What ordinary archives
 * have, and links and names that lead outside, is in {@link UnpackerTest}.
 */
final class HostileArchiveTest {
    private static final UnpackLimits LIMITS = new UnpackLimits(1 << 20, 1000, 1 << 20);

    private static final UnpackLimits FEW_FOLDERS = new UnpackLimits(1 << 20, 1000, 2000);

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private Path tree;
    private Path secret;
    private long descriptors;

    @BeforeEach
    void makeFolders() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "owners and devices need root");
        tree = Files.createDirectory(folder.resolve("diff"));
        secret = Files.writeString(
                Files.createDirectory(folder.resolve("outside")).resolve("secret"), "untouched");
        descriptors = Fd.openCount();
    }

    @AfterEach
    void nothingEscapedAndNothingLeaked() throws IOException {
        if (secret != null) {
            assertThat(secret).hasContent("untouched");
            assertThat(Files.getAttribute(secret, "unix:uid")).isEqualTo(0);
            assertThat(Files.getAttribute(secret, "unix:nlink")).isEqualTo(1);
            try (Stream<Path> outside = Files.list(folder.resolve("outside"))) {
                assertThat(outside).containsExactly(secret);
            }
            assertThat(Fd.openCount()).isEqualTo(descriptors);
            TreeRemoval.remove(tree);
        }
    }

    private Unpacked unpack(TarBuilder tar, UnpackLimits limits, Path root) throws IOException {
        Path split = Files.createTempFile(folder, "split", ".gz");
        try (Fd fd = linux.descriptors().open(root, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
                var writer = new TarSplitWriter(Files.newOutputStream(split));
                var unpacker = new Unpacker(fd, writer, limits, linux);
                InputStream stream = tar.stream()) {
            return unpacker.unpack(stream);
        }
    }

    private Unpacked unpack(TarBuilder tar) throws IOException {
        return unpack(tar, LIMITS, tree);
    }

    @Test
    void anArchiveWhoseFilesHaveTooManyOwnersIsRefused() {
        var tar = new TarBuilder();
        for (int i = 0; i <= 10_000; i++) {
            tar.owner(i, 0).file("f" + i, "");
        }
        assertThatThrownBy(() -> unpack(tar, UnpackLimits.GENEROUS, tree))
                .isInstanceOf(MalformedArchiveException.class)
                .hasMessageContaining("more than 10000 different owners");
    }

    /** Each name is short, but what has to be remembered of them is not. */
    @Test
    void anArchiveOfFilesInFoldersWithoutEndThatItDoesNotDescribeIsRefused() {
        var tar = new TarBuilder();
        for (int i = 0; i < 20; i++) {
            tar.file("folder" + i + "/f", "");
        }
        assertThatThrownBy(() -> unpack(tar, FEW_FOLDERS, tree))
                .isInstanceOf(MalformedArchiveException.class)
                .hasMessage("tar: too many folders have files in the layer but no entry of their own: 19");
    }

    @Test
    void foldersThatAreDescribedAfterTheirFilesAreNotCounted() throws IOException {
        var tar = new TarBuilder();
        for (int i = 0; i < 100; i++) {
            tar.file("folder" + i + "/f", "").folder("folder" + i + "/");
        }
        assertThat(unpack(tar, FEW_FOLDERS, tree).implied()).isEmpty();
    }

    private void assertRefused(TarBuilder tar, String message) {
        assertThatThrownBy(() -> unpack(tar))
                .isInstanceOf(MalformedArchiveException.class)
                .hasMessageContaining(message);
    }

    private void assertRefused(TarBuilder tar, Errno errno) {
        assertThatThrownBy(() -> unpack(tar))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "./../evil", "a/b/../../../evil", "..", "a/../.."})
    void namesDoNotClimbOut(String name) {
        assertRefused(new TarBuilder().file(name, "x"), "points outside the layer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/evil", "//evil", "/../evil", "/a/../../evil", "/./evil"})
    void absoluteNamesAreTakenWithinTheLayer(String name) throws IOException {
        unpack(new TarBuilder().file(name, "x"));

        assertThat(tree.resolve("evil")).hasContent("x");
    }

    @Test
    void noChainOfLinksLeadsOut() throws IOException {
        unpack(new TarBuilder()
                .symlink("a", "/")
                .symlink("b", "a/../../../..")
                .symlink("c", "../../../../../../a/b")
                .file("a/one", "evil")
                .file("b/two", "evil")
                .file("c/three", "evil"));

        assertThat(tree.resolve("one")).hasContent("evil");
        assertThat(tree.resolve("two")).hasContent("evil");
        assertThat(tree.resolve("three")).hasContent("evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/outside", "../outside", "../../../../outside"})
    void foldersOutsideAreNotThere(String target) {
        assertRefused(new TarBuilder().symlink("l", target).file("l/secret", "evil"), "folder /l is a link to nowhere");
        assertThat(tree.resolve("secret")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/secret", "/../outside/secret", "link/secret"})
    void hardLinksDoNotReachFilesOutside(String target) {
        TarBuilder tar =
                new TarBuilder().symlink("link", folder.resolve("outside").toString());

        assertThatThrownBy(() -> unpack(tar.hardLink("stolen", target)))
                .isInstanceOf(MalformedArchiveException.class)
                .message()
                .containsAnyOf("hard link \"stolen\"", "points outside the layer");
        assertThat(tree.resolve("stolen")).doesNotExist();
    }

    @Test
    void hardLinksToFoldersAndNothingAreRefused() {
        assertRefused(new TarBuilder().folder("d/").hardLink("l", "d"), Errno.EPERM);
        assertRefused(new TarBuilder().hardLink("l", "missing"), "which is not in the layer");
        assertRefused(new TarBuilder().hardLink("l2", ""), "to the root of the layer");
    }

    @Test
    void devicesAreMadeAndNeverOpened() throws IOException {
        unpack(new TarBuilder()
                .device('4', "disk", 8, 0)
                .device('3', "memory", 1, 1)
                .entry('6', "pipe", "", 0600, new byte[0])
                .hardLink("disk2", "disk")
                .hardLink("pipe2", "pipe"));

        assertThat(Files.getAttribute(tree.resolve("disk2"), "unix:rdev")).isEqualTo(0x800L);
        assertThat(Files.getAttribute(tree.resolve("pipe2"), "unix:mode")).isEqualTo(010644);
    }

    @Test
    void nothingIsWrittenThroughDevicesAndPipes() {
        assertRefused(new TarBuilder().device('4', "disk", 8, 0).file("disk/x", "x"), Errno.ENOTDIR);
        assertRefused(new TarBuilder().entry('6', "pipe", "", 0600, new byte[0]).file("pipe/x", "x"), Errno.ENOTDIR);
        assertRefused(new TarBuilder().device('4', "d", 8, 0).file("./d", "x"), "duplicates of file paths");
    }

    @Test
    void namesThatDifferInCaseOnlyAreTwoFiles() throws IOException {
        unpack(new TarBuilder()
                .file("Secret", "one")
                .file("secret", "two")
                .symlink("LINK", "/etc")
                .folder("link/"));

        assertThat(tree.resolve("Secret")).hasContent("one");
        assertThat(tree.resolve("secret")).hasContent("two");
        assertThat(tree.resolve("link")).isDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/../x", "a//x", "./a/../x", "/x"})
    void oneFileHasOneEntryHoweverItIsSpelled(String other) throws IOException {
        TarBuilder tar = new TarBuilder().file("x", "first").file(other, "second");

        if (other.equals("/x")) {
            // Compat: tar-split takes these for two.
            unpack(tar);
            assertThat(tree.resolve("x")).hasContent("second");
        } else if (other.equals("a//x")) {
            unpack(tar);
            assertThat(tree.resolve("a/x")).hasContent("second");
        } else {
            assertRefused(tar, "duplicates of file paths not supported");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh..", "d/.wh...", "d/.wh."})
    void whiteoutsOfFoldersAboveAreRefused(String name) {
        assertRefused(new TarBuilder().folder("d/").file(name, ""), "names nothing");
    }

    @Test
    void whiteoutsDoNotFollowLinksOut() {
        String outside = folder.resolve("outside").toString();

        assertRefused(new TarBuilder().symlink("d", outside).file("d/.wh.secret", ""), "is a link to nowhere");
        assertRefused(new TarBuilder().symlink("e", outside).file("e/.wh..wh..opq", ""), "is a link to nowhere");
    }

    @Test
    void aPathMayBeDeepAndGoesAgain() throws IOException {
        String deep = "d/".repeat(900);

        unpack(new TarBuilder().pax("path", deep + "f").file("x", "bottom"));

        try (Stream<Path> top = Files.walk(tree, 10)) {
            assertThat(top).hasSizeGreaterThan(9);
        }
        TreeRemoval.remove(tree);
        assertThat(tree).doesNotExist();
    }

    @Test
    void aPathBeyondTheKernelsLongestIsRefused() {
        assertRefused(new TarBuilder().pax("path", "d/".repeat(3000) + "f").file("x", "x"), Errno.ENAMETOOLONG);
    }

    @Test
    void namesHaveNoZeroBytes() {
        assertRefused(new TarBuilder().pax("path", "a\0b").file("x", "x"), "\0".isEmpty() ? "" : "tar:");
    }

    @Test
    void aDeclaredSizeAboveTheLimitIsRefusedBeforeAByteIsWritten() throws IOException {
        byte[] name = "bomb".getBytes(StandardCharsets.US_ASCII);
        TarBuilder tar = new TarBuilder().header('0', name, "", 0644, 1L << 32).data(new byte[1024]);

        assertRefused(tar, "\"bomb\" declares " + (1L << 32) + " bytes");
        assertThat(tree).isEmptyDirectory();
    }

    @Test
    void manyFilesTogetherDoNotPassTheLimit() {
        var tar = new TarBuilder();
        for (int i = 0; i < 20; i++) {
            tar.file("f" + i, new byte[100_000]);
        }

        assertRefused(tar, "bytes");
    }

    @Test
    void manyEmptyEntriesDoNotPassTheLimit() {
        var tar = new TarBuilder();
        for (int i = 0; i < 1001; i++) {
            tar.file("f" + i, "");
        }

        assertRefused(tar, "more than the allowed 1000 entries");
    }

    @Test
    void aDeclaredSizeAboveTheFreeSpaceIsRefusedBeforeTheDiskIsFull() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        linux.mounts().mount("tmpfs", disk, "tmpfs", Set.of(MountFlag.NODEV), "size=20m");
        try {
            byte[] name = "big".getBytes(StandardCharsets.US_ASCII);
            TarBuilder tar =
                    new TarBuilder().header('0', name, "", 0644, 64 << 20).data(new byte[1024]);

            assertThatThrownBy(() -> unpack(tar, UnpackLimits.GENEROUS, disk))
                    .isInstanceOfSatisfying(
                            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC))
                    .hasMessageContaining("\"big\": its header declares 67108864 bytes")
                    .hasMessageContaining("No space left on device");
            assertThat(disk).isEmptyDirectory();
        } finally {
            linux.mounts().unmount(disk, Set.of(UnmountFlag.DETACH));
        }
    }

    @Test
    void extendedAttributesThatTheKernelRefusesFailTheLayer() {
        assertThatThrownBy(() -> unpack(new TarBuilder()
                        .pax("SCHILY.xattr.user.big", new byte[70_000])
                        .file("f", "x")))
                .isInstanceOf(IOException.class);
        assertRefused(new TarBuilder().pax("SCHILY.xattr.user.note", "x").symlink("l", "f"), Errno.EPERM);
    }

    @Test
    void attributesOfLinksAreTheirOwn() throws IOException {
        unpack(new TarBuilder()
                .owner(7, 7)
                .symlink("l", secret.toString())
                .mode(0777)
                .symlink("m", secret.toString()));

        assertThat(Files.getAttribute(tree.resolve("l"), "unix:uid", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(7);
    }
}
