package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts on a tmpfs of the test's own, so that an overlay never lies on another. */
final class KernelMountsIT implements MountsContract {
    @TempDir
    Path folder;

    private final Mounts mounts = Linux.real().mounts();
    private Path base;

    @BeforeEach
    void mountBase() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        base = Files.createDirectory(folder.resolve("base with space"));
        mounts.mount("tmpfs", base, "tmpfs", Set.of(MountFlag.NODEV), "size=1m");
        mounts.propagation(base, Propagation.PRIVATE, Depth.SINGLE);
    }

    @AfterEach
    void unmountAll() throws IOException {
        for (MountInfo mount : mounts.list().reversed()) {
            if (mount.mountPoint().startsWith(folder)) {
                mounts.unmount(mount.mountPoint(), Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW));
            }
        }
    }

    @Override
    public Mounts mounts() {
        return mounts;
    }

    @Override
    public Path base() {
        return base;
    }

    @Test
    void aMappedMountShowsFilesWithOtherOwners() throws IOException {
        Linux linux = Linux.real();
        assumeTrue(linux.features().has(KernelFeature.IDMAPPED_MOUNT), "this kernel has no id-mapped mounts");
        Path source = made("owned");
        Path target = made("mapped");
        Files.writeString(source.resolve("file"), "x");
        long descriptors = Fd.openCount();
        try (Fd users = linux.namespaces()
                .user(List.of(new IdRange(0, 100_000, 65_536)), List.of(new IdRange(0, 200_000, 65_536)))) {
            mounts.bindMapped(source, target, users);
        }

        assertThat(Files.getAttribute(target.resolve("file"), "unix:uid")).isEqualTo(100_000);
        assertThat(Files.getAttribute(target.resolve("file"), "unix:gid")).isEqualTo(200_000);
        assertThat(Files.getAttribute(source.resolve("file"), "unix:uid")).isEqualTo(0);
        // The helper that held the namespace is collected in the background.
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (Fd.openCount() != descriptors && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(Fd.openCount()).isEqualTo(descriptors);
    }

    @Test
    void aNamespaceOfUsersNeedsMapsThatTheKernelTakes() {
        var twice = List.of(new IdRange(0, 100_000, 10), new IdRange(0, 200_000, 10));

        assertThatThrownBy(() -> Linux.real().namespaces().user(twice, twice))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("map ids")
                .hasMessageContaining("Invalid argument");
    }

    private Path made(String name) throws IOException {
        return Files.createDirectories(base.resolve(name));
    }

    @Test
    void listsWhatIsMounted() throws IOException {
        MountInfo info = mounts.list().stream()
                .filter(mount -> mount.mountPoint().equals(base))
                .findFirst()
                .orElseThrow();

        assertThat(info.type()).isEqualTo("tmpfs");
        assertThat(info.superOptions()).contains("size=1024k");
        assertThat(mounts.isMountPoint(base)).isTrue();
        assertThat(mounts.isMountPoint(folder)).isFalse();
        assertThat(mounts.isMountPoint(folder.resolve("missing"))).isFalse();
    }

    @Test
    void bindsAFolderAndLetsItGo() throws IOException {
        Files.writeString(made("source").resolve("file"), "x");
        Path target = made("target");

        mounts.bind(base.resolve("source"), target, Depth.SINGLE);
        assertThat(target.resolve("file")).hasContent("x");
        assertThat(mounts.isMountPoint(target)).isTrue();
        mounts.unmount(target, Set.of());
        assertThat(mounts.isMountPoint(target)).isFalse();
    }

    @Test
    void laysFoldersOverEachOther() throws IOException {
        Files.writeString(made("low").resolve("low"), "low");
        Files.writeString(made("mid").resolve("low"), "hidden by mid");
        Path upper = made("upper");
        Path target = made("merged");
        mounts.overlay(new OverlayMount(
                target,
                List.of(base.resolve("mid"), base.resolve("low")),
                Optional.of(upper),
                Optional.of(made("work")),
                List.of("nodev", "metacopy=off")));

        assertThat(target.resolve("low")).hasContent("hidden by mid");
        Files.writeString(target.resolve("new"), "written");
        assertThat(upper.resolve("new")).hasContent("written");
    }

    @Test
    void hasRoomForManyLayersWithLongNames() throws IOException {
        var lowers = new ArrayList<Path>();
        for (int i = 0; i < 120; i++) {
            lowers.add(made("l".repeat(64) + i));
        }
        Files.writeString(lowers.getLast().resolve("bottom"), "seen");
        Path target = made("merged");
        mounts.overlay(new OverlayMount(target, lowers, Optional.empty(), Optional.empty(), List.of()));

        assertThat(target.resolve("bottom")).hasContent("seen");
    }

    @Test
    void saysWhatTheFileSystemDidNotLike() throws IOException {
        Path target = made("merged");
        var mount = new OverlayMount(
                target,
                List.of(made("low")),
                Optional.of(made("upper")),
                Optional.of(made("work")),
                List.of("nonsense=1"));

        assertThatThrownBy(() -> mounts.overlay(mount))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("mount(overlay, " + target + "): option nonsense=1: EINVAL")
                .hasMessageContaining("Unknown parameter 'nonsense'");
        assertThat(mounts.isMountPoint(target)).isFalse();
    }

    @Test
    void mountsTheSameByTheOldCall() throws IOException {
        Files.writeString(made("low:er, \\er").resolve("file"), "x");
        OverlayMount overlay = overlay(List.of(base.resolve("low:er, \\er")), "ro", "nosuid", "metacopy=off");
        new OverlayByData().mount(overlay);

        assertThat(overlay.target().resolve("file")).hasContent("x");
        assertThat(mounts.list().getLast().options()).contains("ro", "nosuid");
    }

    @Test
    void mountsByDescriptorNumbersWhatIsTooLongForTheOldCall() throws IOException {
        var lowers = new ArrayList<Path>();
        for (int i = 0; i < 120; i++) {
            lowers.add(made("l".repeat(64) + i));
        }
        Files.writeString(lowers.getLast().resolve("bottom"), "seen");
        long descriptors = Fd.openCount();
        OverlayMount overlay = overlay(lowers);
        new OverlayByData().mount(overlay);

        assertThat(overlay.target().resolve("bottom")).hasContent("seen");
        assertThat(Fd.openCount()).isEqualTo(descriptors);
        assertThat(Path.of("").toAbsolutePath()).isEqualTo(Path.of(System.getProperty("user.dir")));
    }

    @Test
    void takesPathsAsTheyAre() throws IOException {
        Path lower = made("a:b,c\\d\\\\e");
        Path deep = made("x".repeat(200) + "/" + "y".repeat(200));
        Files.writeString(lower.resolve("strange"), "1");
        Files.writeString(deep.resolve("long"), "2");
        for (List<Path> lowers : List.of(List.of(lower), List.of(lower, deep))) {
            OverlayMount overlay = new OverlayMount(
                    made("merged:1,2\\3"),
                    lowers,
                    Optional.of(made("up:per,\\x")),
                    Optional.of(made("wo:rk,\\x")),
                    List.of("nodev"));
            mounts.overlay(overlay);

            assertThat(overlay.target().resolve("strange")).hasContent("1");
            Files.writeString(overlay.target().resolve("new"), "3");
            assertThat(made("up:per,\\x").resolve("new")).hasContent("3");
            mounts.unmount(overlay.target(), Set.of());
        }
    }

    @Test
    void rebindsReadOnly() throws IOException {
        Path source = made("source");
        Path target = made("target");
        mounts.bind(source, target, Depth.RECURSIVE);
        mounts.mount("none", target, "none", Set.of(MountFlag.BIND, MountFlag.REMOUNT, MountFlag.RDONLY), "");

        assertThatThrownBy(() -> Files.writeString(target.resolve("f"), "x")).hasMessageContaining("Read-only");
        assertThat(Files.writeString(source.resolve("f"), "x")).exists();
    }

    @Test
    void tellsHowMountsPropagate() throws IOException {
        Path target = made("target");
        mounts.bind(made("source"), target, Depth.SINGLE);
        for (var expected : Map.of(Propagation.SHARED, "shared:", Propagation.SLAVE, "master:")
                .entrySet()) {
            mounts.propagation(target, Propagation.SHARED, Depth.SINGLE);
            mounts.bind(target, made("peer"), Depth.SINGLE);
            mounts.propagation(target, expected.getKey(), Depth.SINGLE);
            assertThat(info(target).propagation().getFirst()).startsWith(expected.getValue());
            mounts.unmount(base.resolve("peer"), Set.of());
        }
        mounts.propagation(target, Propagation.PRIVATE, Depth.SINGLE);
        assertThat(info(target).propagation()).isEmpty();
    }

    @Test
    void doesNotTakeALinkForAMount() throws IOException {
        Path link = Files.createSymbolicLink(base.resolve("link"), base);

        assertThat(mounts.isMountPoint(link)).isFalse();
        assertThatThrownBy(() -> mounts.unmount(link, Set.of(UnmountFlag.NOFOLLOW)))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        assertThat(mounts.isMountPoint(base)).isTrue();
    }

    /** The kernel does not give up a mount because somebody is interrupted; who asked must know what came of it. */
    @Test
    void anInterruptLeavesNoDoubtAboutAMount() throws Exception {
        Path target = made("target");
        var interrupted = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            Thread.currentThread().interrupt();
            try {
                mounts.bind(base, target, Depth.SINGLE);
                interrupted.complete(Thread.currentThread().isInterrupted());
            } catch (IOException e) {
                interrupted.completeExceptionally(e);
            }
        });

        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(mounts.isMountPoint(target)).isTrue();
    }

    private MountInfo info(Path target) throws IOException {
        return mounts.list().stream()
                .filter(mount -> mount.mountPoint().equals(target))
                .findFirst()
                .orElseThrow();
    }

    private OverlayMount overlay(List<Path> lowers, String... options) throws IOException {
        return new OverlayMount(
                made("merged"), lowers, Optional.of(made("upper")), Optional.of(made("work")), List.of(options));
    }
}
