package io.crius.fuzz;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.storage.archive.UnpackLimits;
import io.crius.storage.disk.TreeRemoval;
import io.crius.storage.tarsplit.TarSplitWriter;
import io.crius.storage.unpack.Unpacker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Archives, unpacked into a folder. Whatever is in one, nothing beside that folder changes, no descriptor stays open, and the
 * folder can be removed. Needs root to get far: without it owners cannot be set.
 */
final class TarTarget implements Target {
    private static final UnpackLimits LIMITS = new UnpackLimits(1 << 20, 200, 20_000);

    private final Linux linux = Linux.real();
    private final Path folder;
    private final Path tree;
    private final Path outside;
    private final Map<String, Object> before;

    TarTarget() throws IOException {
        this.folder = Files.createTempDirectory("crius-fuzz");
        this.tree = folder.resolve("layer");
        this.outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "untouched");
        this.before = look();
    }

    private Map<String, Object> look() throws IOException {
        return Map.of(
                "content", Files.readString(outside.resolve("secret")),
                "secret", Files.readAttributes(outside.resolve("secret"), "unix:mode,uid,gid,nlink,ctime,size"),
                "outside", Files.readAttributes(outside, "unix:mode,uid,gid,nlink,ctime"));
    }

    @Override
    public String name() {
        return "tar";
    }

    @Override
    public void parse(byte[] input) throws IOException {
        Files.createDirectory(tree);
        long descriptors = Fd.openCount();
        try {
            unpack(input);
        } finally {
            TreeRemoval.remove(tree);
            checkOutside(descriptors);
        }
    }

    private void unpack(byte[] input) throws IOException {
        try (Fd root = linux.descriptors().open(tree, Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0);
                var split = new TarSplitWriter(OutputStream.nullOutputStream());
                var unpacker = new Unpacker(root, split, LIMITS, linux)) {
            unpacker.unpack(new ByteArrayInputStream(input));
        }
    }

    private void checkOutside(long descriptors) throws IOException {
        if (Fd.openCount() != descriptors) {
            throw new AssertionError((Fd.openCount() - descriptors) + " descriptors stay open");
        }
        if (!look().equals(before)) {
            throw new AssertionError("a file beside the layer was changed: " + look());
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.toList();
            if (!found.equals(List.of(outside)) || Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
                throw new AssertionError("beside the layer there is now " + found);
            }
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                new TarSeed()
                        .folder("d/")
                        .file("d/f", "12345")
                        .symlink("d/s", "f")
                        .hardLink("d/h", "d/f")
                        .end(),
                new TarSeed()
                        .symlink("out", "../outside")
                        .file("out/secret", "pwned")
                        .end(),
                new TarSeed()
                        .symlink("a", "/tmp")
                        .symlink("b", "a/..")
                        .file("b/x", "1")
                        .end(),
                new TarSeed()
                        .file("../outside/secret", "pwned")
                        .file("/../../outside/secret", "x")
                        .end(),
                new TarSeed()
                        .hardLink("h", "../outside/secret")
                        .file("h", "pwned")
                        .end(),
                new TarSeed()
                        .symlink("l", "../outside")
                        .hardLink("h", "l/secret")
                        .end(),
                new TarSeed()
                        .file("x", "1")
                        .file("d/.wh.x", "")
                        .file(".wh...", "")
                        .file("d/.wh..wh..opq", "")
                        .end(),
                new TarSeed().pax("path=../outside/secret").file("p", "2").end(),
                new TarSeed()
                        .pax("SCHILY.xattr.user.a=b")
                        .pax("size=5")
                        .file("p", "22222")
                        .end(),
                new TarSeed().gnuName("n".repeat(300)).file("short", "3").end(),
                new TarSeed()
                        .entry('3', "null", "", "")
                        .entry('4', "block", "", "")
                        .entry('6', "fifo", "", "")
                        .end(),
                new TarSeed()
                        .entry('g', "global", "", "30 mtime=1.5\n")
                        .entry('S', "sparse", "", "")
                        .end(),
                new TarSeed()
                        .folder("d/")
                        .symlink("d", "../outside")
                        .file("d/secret", "pwned")
                        .end());
    }

    @Override
    public List<String> words() {
        return List.of(
                "../",
                "/",
                "./",
                "..",
                "../outside/secret",
                "out",
                ".wh.",
                ".wh..wh..opq",
                "17 path=../o/sec\n",
                "GNU.sparse.major=1",
                "SCHILY.xattr.trusted.overlay.opaque=y",
                "size=99999999999",
                "\u0080\u00ff",
                "ustar\u000000",
                "l",
                "d/",
                "mtime=-1e9");
    }

    @Override
    public int grain() {
        return TarSeed.BLOCK;
    }

    @Override
    public byte[] repaired(byte[] input) {
        byte[] copy = input.clone();
        for (int at = 0; at + TarSeed.BLOCK <= copy.length; at += TarSeed.BLOCK) {
            if (copy[at + 257] == 'u' && copy[at + 258] == 's') {
                TarSeed.seal(copy, at);
            }
        }
        return copy;
    }

    @Override
    public void close() {
        try {
            TreeRemoval.remove(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
