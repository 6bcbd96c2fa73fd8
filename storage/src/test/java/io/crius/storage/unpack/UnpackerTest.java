package io.crius.storage.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.RawNames;
import io.crius.model.Digest;
import io.crius.storage.archive.MalformedArchiveException;
import io.crius.storage.archive.SourceException;
import io.crius.storage.archive.TarBuilder;
import io.crius.storage.archive.UnpackLimits;
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.tarsplit.AssembledTar;
import io.crius.storage.tarsplit.TarSplitWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of archives, the hostile ones above all. Owners, devices and trusted attributes need root. */
final class UnpackerTest {
    private static final UnpackLimits LIMITS = new UnpackLimits(1 << 20, 100, 1 << 20);

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private Path tree;
    private Path split;
    private Path outside;
    private long descriptors;

    @BeforeEach
    void makeFolders() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "owners and devices need root");
        tree = Files.createDirectory(folder.resolve("diff"));
        split = folder.resolve("tar-split.gz");
        outside = Files.writeString(folder.resolve("outside"), "untouched");
        descriptors = Fd.openCount();
    }

    @AfterEach
    void nothingEscapedAndNothingLeaked() throws IOException {
        if (outside != null) {
            assertThat(outside).hasContent("untouched");
            try (var entries = Files.list(folder)) {
                assertThat(entries)
                        .allMatch(path -> List.of(tree, split, outside).contains(path));
            }
            assertThat(Fd.openCount()).isEqualTo(descriptors);
        }
    }

    @Test
    void setsOwnerModeTimesAndAttributesInAnOrderThatKeepsThemAll() throws IOException {
        byte[] capability = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        unpack(new TarBuilder()
                .owner(1000, 1001)
                .mode(02755)
                .folder("d/")
                .mode(06755)
                .pax("mtime", "1600000000.123456789")
                .pax("SCHILY.xattr.security.capability", capability)
                .pax("SCHILY.xattr.security.selinux", "ignored")
                .file("d/f", "12345")
                .symlink("d/s", "f"));

        assertThat(attribute("d/f", "mode")).isEqualTo(0106755);
        assertThat(attribute("d/f", "uid")).isEqualTo(1000);
        assertThat(attribute("d/f", "gid")).isEqualTo(1001);
        assertThat(time("d/f")).isEqualTo(Instant.ofEpochSecond(1_600_000_000L, 123_456_789));
        assertThat(attribute("d/s", "uid")).isEqualTo(1000);
        assertThat(time("d/s")).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
        assertThat(attribute("d", "mode")).isEqualTo(042755);
        assertThat(time("d")).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
    }

    @Test
    void makesMissingFoldersAsRoots() throws IOException {
        unpack(new TarBuilder().owner(5, 5).file("a/b/c", "x"));

        assertThat(attribute("a/b", "mode")).isEqualTo(040755);
        assertThat(attribute("a/b", "uid")).isEqualTo(0);
        assertThat(attribute("a/b/c", "uid")).isEqualTo(5);
    }

    @Test
    void leavesTheRootAloneUnlessItIsNamedBySlash() throws IOException {
        assertThat(unpack(new TarBuilder().mode(0711).folder("./")).root()).isEqualTo(Unpacked.Root.NOT_MENTIONED);
        assertThat(unpack(new TarBuilder().mode(0711).folder("/")).root()).isEqualTo(Unpacked.Root.DESCRIBED);
        assertThat(attribute("", "mode")).isEqualTo(040711);
    }

    @Test
    void saysWhatTheStreamWas() throws IOException {
        byte[] tar = new TarBuilder()
                .owner(7, 8)
                .file("a", "1")
                .owner(70_000, 8)
                .file("b/.wh.c", "")
                .build();
        Unpacked unpacked = unpack(tar);

        assertThat(unpacked.size()).isEqualTo(tar.length);
        assertThat(unpacked.diffId()).isEqualTo(Digest.sha256Of(tar));
        assertThat(unpacked.uids()).containsExactly(7L);
        assertThat(unpacked.gids()).containsExactly(8L);
    }

    @Test
    void turnsWhiteoutsIntoDevices() throws IOException {
        unpack(new TarBuilder().owner(3, 4).folder("d/").file("d/.wh.gone", "").file("d/.wh..wh..opq", ""));

        assertThat(attribute("d/gone", "mode")).isEqualTo(020000);
        assertThat(attribute("d/gone", "rdev")).isEqualTo(0L);
        assertThat(attribute("d/gone", "uid")).isEqualTo(3);
        assertThat(opaque("d")).isTrue();
        assertThat(tree.resolve("d/.wh.gone")).doesNotExist();
    }

    @Test
    void letsWhiteoutsHideOnlyWhatIsBelow() throws IOException {
        unpack(new TarBuilder()
                .file("file", "stays")
                .file(".wh.file", "")
                .folder("folder/")
                .file("folder/f", "stays")
                .file(".wh.folder", "")
                .file(".wh.later", "")
                .folder("later/")
                .file(".wh.both", "")
                .file("both", "stays"));

        assertThat(tree.resolve("file")).hasContent("stays");
        assertThat(tree.resolve("folder/f")).hasContent("stays");
        assertThat(opaque("folder")).isTrue();
        assertThat(opaque("later")).isTrue();
        assertThat(tree.resolve("both")).hasContent("stays");
    }

    @Test
    void ignoresWhiteoutsBelowWhiteouts() throws IOException {
        unpack(new TarBuilder().file(".wh.foo", "").file("foo/.wh.bar", ""));

        assertThat(attribute("foo", "mode")).isEqualTo(020000);
    }

    @Test
    void refusesWhiteoutsOfNothing() {
        for (String name : List.of(".wh.", "d/.wh..", "d/.wh...")) {
            assertRefused(new TarBuilder().file(name, ""), "names nothing");
        }
    }

    @Test
    void keepsAbsoluteAndDottedNamesInside() throws IOException {
        unpack(new TarBuilder()
                .file("/abs", "1")
                .file("/../up", "2")
                .file("a/../b/./c", "3")
                .file("//x//y", "4"));

        assertThat(tree.resolve("abs")).hasContent("1");
        assertThat(tree.resolve("up")).hasContent("2");
        assertThat(tree.resolve("b/c")).hasContent("3");
        assertThat(tree.resolve("x/y")).hasContent("4");
    }

    @Test
    void refusesNamesThatClimbOut() {
        assertRefused(new TarBuilder().file("../outside", "evil"), "entry \"../outside\" points outside the layer");
        assertRefused(new TarBuilder().file("a/../../outside", "evil"), "points outside the layer");
        assertRefused(new TarBuilder().folder(".."), "points outside the layer");
    }

    @Test
    void resolvesLinksOnTheWayWithinTheLayer() throws IOException {
        unpack(new TarBuilder()
                .symlink("up", "../../..")
                .file("up/outside", "inside")
                .symlink("abs", folder.toString())
                .folder(folder.toString())
                .file("abs/outside", "inside too"));

        assertThat(tree.resolve("outside")).hasContent("inside");
        assertThat(Path.of(tree + folder.toString()).resolve("outside")).hasContent("inside too");
    }

    @Test
    void neverFollowsTheLastComponent() throws IOException {
        unpack(new TarBuilder()
                .symlink("link", outside.toString())
                .owner(9, 9)
                .symlink("second", "../outside")
                .folder("d/")
                .symlink("d/l", "../../outside"));

        assertThat(Files.readSymbolicLink(tree.resolve("link"))).isEqualTo(outside);
        assertThat(Files.getAttribute(outside, "unix:uid")).isEqualTo(0);
    }

    @Test
    void replacesLinksInsteadOfWritingThroughThem() throws IOException {
        // Two names of one place: the second is not a duplicate as text.
        unpack(new TarBuilder()
                .folder("real/")
                .symlink("alias", "real")
                .symlink("real/f", outside.toString())
                .file("alias/f", "own"));

        assertThat(tree.resolve("real/f")).isRegularFile().hasContent("own");
        assertThat(Files.isSymbolicLink(tree.resolve("real/f"))).isFalse();
    }

    @Test
    void refusesLinksThatEndInThemselves() {
        assertThatThrownBy(() -> unpack(
                        new TarBuilder().symlink("a", "b").symlink("b", "a").file("a/f", "")))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
    }

    @Test
    void refusesEntriesBelowLinksToNowhere() {
        assertRefused(new TarBuilder().symlink("a", "missing").file("a/f", ""), "folder /a is a link to nowhere");
    }

    @Test
    void refusesHardLinksOutOfTheLayer() {
        assertRefused(new TarBuilder().hardLink("h", "../outside"), "points outside the layer");
        assertRefused(new TarBuilder().hardLink("h", outside.toString()), "which is not in the layer");
        assertRefused(new TarBuilder().symlink("up", "../..").hardLink("h", "up/outside"), "which is not in the layer");
        assertRefused(new TarBuilder().hardLink("h", "/"), "to the root of the layer");
        assertRefused(new TarBuilder().hardLink("h", "missing"), "which is not in the layer");
    }

    @Test
    void linksToALinkAndNotToItsTarget() throws IOException {
        unpack(new TarBuilder()
                .symlink("s", outside.toString())
                .owner(9, 9)
                .mode(0777)
                .hardLink("h", "s"));

        assertThat(Files.isSymbolicLink(tree.resolve("h"))).isTrue();
        assertThat(Files.getAttribute(outside, "unix:uid")).isEqualTo(0);
    }

    @Test
    void keepsCapabilitiesOfAFileWithTwoNames() throws IOException {
        byte[] capability = {1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        unpack(new TarBuilder()
                .mode(0755)
                .pax("SCHILY.xattr.security.capability", capability)
                .file("ping", "#!")
                .mode(0755)
                .hardLink("ping4", "ping"));

        assertThat(xattr("ping", "security.capability")).contains(capability);
    }

    @Test
    void replacesAFolderByAFile() throws IOException {
        unpack(new TarBuilder().file("d/deep/f", "1").file("d2", "x").symlink("d", "d2"));

        assertThat(Files.readSymbolicLink(tree.resolve("d"))).isEqualTo(Path.of("d2"));
    }

    @Test
    void forgetsOpenFoldersWhenTheyAreReplaced() throws IOException {
        unpack(new TarBuilder()
                .file("a/b/f", "first")
                .folder("c/b/")
                .symlink("a", "c")
                .file("a/b/g", "second"));

        assertThat(tree.resolve("c/b/g")).hasContent("second");
    }

    @Test
    void refusesTheSamePathTwice() {
        assertRefused(
                new TarBuilder().file("a", "1").file("./a", "2"), "\"./a\": duplicates of file paths not supported");
        assertRefused(new TarBuilder().folder("d").folder("d/"), "duplicates of file paths not supported");
    }

    @Test
    void refusesUnknownTypesByNumber() {
        assertRefused(new TarBuilder().entry('7', "f", "", 0644, new byte[3]), "\"f\": unhandled tar header type 55");
        assertRefused(new TarBuilder().entry('S', "f", "", 0644, new byte[0]), "unhandled tar header type 83");
    }

    @Test
    void refusesMoreThanTheLimits() {
        var many = new TarBuilder();
        for (int i = 0; i <= LIMITS.maxEntries(); i++) {
            many.file("f" + i, "");
        }
        assertRefused(many, "more than the allowed 100 entries");
        assertRefused(new TarBuilder().file("big", new byte[2 << 20]), "\"big\" declares 2097152 bytes");
        assertRefused(
                new TarBuilder().header('0', "huge".getBytes(StandardCharsets.US_ASCII), "", 0644, 1L << 32),
                "\"huge\" declares 4294967296 bytes");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        assertThatThrownBy(() ->
                        unpack(new TarBuilder().pax("path", "d/".repeat(3000)).file("f", "")))
                .isInstanceOf(IOException.class);
        assertRefused(new TarBuilder().pax("path", "n".repeat(300)).file("f", ""), "has an impossible name");
    }

    @Test
    void handsOnWhatTheStreamThrew() {
        var broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(() -> unpack(broken))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.thrown()).hasMessage("connection reset"));
    }

    @Test
    void stopsWhenInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> unpack(new TarBuilder().file("a", "1"))).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** More of them than are kept open, and what is made in them changes their times each time. */
    @Test
    void foldersHaveTheirTimesHoweverOftenSomethingIsMadeInThem() throws IOException {
        int folders = 40;
        var tar = new TarBuilder().file("late/first", "1").pax("mtime", "77.5").folder("late/");
        for (int i = 0; i < folders; i++) {
            tar.pax("mtime", 1000 + i + ".25").folder("d" + i + "/");
        }
        for (int i = 0; i < folders; i++) {
            tar.file("d" + i + "/" + (i % 2 == 0 ? "sub/a" : "a"), "a");
        }
        unpack(tar.file("late/second", "2")
                .hardLink("d7/link", "d9/a")
                .file("d3/.wh.gone", "")
                .file("d1/b", "b"));

        for (int i = 0; i < folders; i++) {
            assertThat(time("d" + i)).isEqualTo(Instant.ofEpochSecond(1000 + i, 250_000_000));
        }
        assertThat(time("late")).isEqualTo(Instant.ofEpochSecond(77, 500_000_000));
    }

    @Test
    void aFolderThatIsAlsoReachedByALinkHasItsTimes() throws IOException {
        unpack(new TarBuilder()
                .pax("mtime", "1000.25")
                .folder("usr/lib/")
                .symlink("lib", "usr/lib")
                .file("usr/lib/a", "a")
                .file("lib/b", "b")
                .file("usr/lib/c", "c")
                .file("bin/first", "1")
                .symlink("sbin", "bin")
                .file("sbin/second", "2")
                .pax("mtime", "2000.5")
                .folder("bin/")
                .file("sbin/third", "3"));

        assertThat(time("usr/lib")).isEqualTo(Instant.ofEpochSecond(1000, 250_000_000));
        assertThat(time("bin")).isEqualTo(Instant.ofEpochSecond(2000, 500_000_000));
    }

    @Test
    void describesTheStreamSoThatItCanBeMadeAgain() throws IOException {
        byte[] tar = new TarBuilder()
                .entry('g', "pax_global_header", "", 0666, "15 comment=abc\n".getBytes(StandardCharsets.US_ASCII))
                .folder("d/")
                .pax("mtime", "1.5")
                .file("d/quote\"back\\slash\u0001é", "content")
                .hardLink("h", "d/quote\"back\\slash\u0001é")
                .file("large", new byte[200_000])
                .file(".wh.gone", "")
                .raw(new byte[1024])
                .raw("garbage after the end".getBytes(StandardCharsets.US_ASCII))
                .unfinished();
        unpack(tar);

        try (InputStream again = AssembledTar.open(split, List.of(tree), linux)) {
            assertThat(again.readAllBytes()).isEqualTo(tar);
        }
        Files.writeString(tree.resolve("large"), "x", StandardOpenOption.WRITE);
        try (InputStream again = AssembledTar.open(split, List.of(tree), linux)) {
            assertThatThrownBy(again::readAllBytes).hasMessage("\"large\" of the layer has been changed");
        }
    }

    @Test
    void bringsBackNamesThatAreNotUtf8() throws IOException {
        byte[] name = {'c', 'a', 'f', (byte) 0xE9};
        byte[] tar = new TarBuilder()
                .header('0', name, "", 0644, 3)
                .data(new byte[] {1, 2, 3})
                .build();
        unpack(tar);

        try (Fd root = linux.descriptors().open(tree, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0)) {
            assertThat(linux.attributes().statAt(root, RawNames.decode(name)).size())
                    .isEqualTo(3);
        }
        try (InputStream again = AssembledTar.open(split, List.of(tree), linux)) {
            assertThat(again.readAllBytes()).isEqualTo(tar);
        }
    }

    private void assertRefused(TarBuilder tar, String message) {
        assertThatThrownBy(() -> unpack(tar))
                .isInstanceOf(MalformedArchiveException.class)
                .hasMessageContaining(message);
    }

    private Unpacked unpack(TarBuilder tar) throws IOException {
        return unpack(tar.build());
    }

    private Unpacked unpack(byte[] tar) throws IOException {
        return unpack(new ByteArrayInputStream(tar));
    }

    private Unpacked unpack(InputStream tar) throws IOException {
        TreeRemoval.remove(tree);
        Files.createDirectory(tree);
        try (Fd root = linux.descriptors().open(tree, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
                var splitWriter = new TarSplitWriter(Files.newOutputStream(split));
                var unpacker = new Unpacker(root, splitWriter, LIMITS, linux)) {
            return unpacker.unpack(tar);
        }
    }

    private Object attribute(String path, String name) throws IOException {
        return Files.getAttribute(tree.resolve(path), "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    }

    private Instant time(String path) throws IOException {
        return ((FileTime) attribute(path, "lastModifiedTime")).toInstant();
    }

    private Optional<byte[]> xattr(String path, String name) throws IOException {
        try (Fd root = linux.descriptors().open(tree, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0)) {
            return linux.attributes().xattrAt(root, path, name);
        }
    }

    private boolean opaque(String path) throws IOException {
        return xattr(path, "trusted.overlay.opaque").isPresent();
    }
}
