package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for every {@link Mounts}. */
interface MountsContract {
    Mounts mounts();

    /** An empty folder, on whose file system an overlay can have its upper folder. */
    Path base();

    @Test
    default void whatIsMountedIsListedUntilItIsUnmounted() throws IOException {
        Path target = made("target");
        mounts().mount("tmpfs", target, "tmpfs", Set.of(MountFlag.NOSUID), "mode=0700");

        assertThat(mounts().isMountPoint(target)).isTrue();
        assertThat(mounts().list())
                .filteredOn(mount -> mount.mountPoint().equals(target))
                .singleElement()
                .satisfies(mount -> assertThat(mount.type()).isEqualTo("tmpfs"));
        mounts().unmount(target, Set.of());
        assertThat(mounts().isMountPoint(target)).isFalse();
        assertThat(mounts().list()).noneMatch(mount -> mount.mountPoint().equals(target));
    }

    @Test
    default void aPlaceThatIsNotThereIsNoMountPointAndCannotBecomeOne() throws IOException {
        Path missing = base().resolve("missing");

        assertThat(mounts().isMountPoint(missing)).isFalse();
        refused(Errno.ENOENT, () -> mounts().mount("tmpfs", missing, "tmpfs", Set.of(), ""));
        refused(Errno.ENOENT, () -> mounts().bind(base(), missing, Depth.SINGLE));
        refused(Errno.ENOENT, () -> mounts().bind(missing, base(), Depth.SINGLE));
        refused(Errno.ENOENT, () -> mounts().unmount(missing, Set.of()));
    }

    @Test
    default void whatIsNotMountedCannotBeUnmounted() throws IOException {
        Path plain = made("plain");

        refused(Errno.EINVAL, () -> mounts().unmount(plain, Set.of()));
        refused(Errno.EINVAL, () -> mounts().unmount(plain, Set.of(UnmountFlag.DETACH)));
        refused(Errno.EINVAL, () -> mounts().propagation(plain, Propagation.PRIVATE, Depth.SINGLE));
    }

    @Test
    default void filesAreBoundToFilesAndFoldersToFolders() throws IOException {
        Path file = Files.writeString(base().resolve("file"), "x");
        Path other = Files.writeString(base().resolve("other"), "y");
        Path folder = made("folder");

        refused(Errno.ENOTDIR, () -> mounts().bind(file, folder, Depth.SINGLE));
        refused(Errno.ENOTDIR, () -> mounts().bind(folder, file, Depth.SINGLE));
        mounts().bind(file, other, Depth.SINGLE);
        assertThat(mounts().isMountPoint(other)).isTrue();
        mounts().unmount(other, Set.of(UnmountFlag.NOFOLLOW));
        assertThat(mounts().isMountPoint(other)).isFalse();
    }

    @Test
    default void aMountWithAMountInItGoesOnlyByDetaching() throws IOException {
        Path outer = made("outer");
        Path inner = made("outer/inner");
        mounts().bind(base(), outer, Depth.SINGLE);
        Path place = Files.createDirectories(inner);
        mounts().bind(base(), place, Depth.SINGLE);

        refused(Errno.EBUSY, () -> mounts().unmount(outer, Set.of()));
        mounts().unmount(outer, Set.of(UnmountFlag.DETACH));
        assertThat(mounts().isMountPoint(outer)).isFalse();
        assertThat(mounts().isMountPoint(place)).isFalse();
    }

    @Test
    default void anOverlayIsAMount() throws IOException {
        Path target = made("merged");
        mounts().overlay(new OverlayMount(
                target,
                List.of(made("low1"), made("low2")),
                Optional.of(made("upper")),
                Optional.of(made("work")),
                List.of()));

        assertThat(mounts().isMountPoint(target)).isTrue();
        mounts().unmount(target, Set.of());
    }

    @Test
    default void anOverlayOfMissingFoldersIsNotMounted() throws IOException {
        Path target = made("merged");
        var overlay = new OverlayMount(
                target,
                List.of(made("low1"), base().resolve("missing")),
                Optional.empty(),
                Optional.empty(),
                List.of());

        refused(Errno.ENOENT, () -> mounts().overlay(overlay));
        assertThat(mounts().isMountPoint(target)).isFalse();
    }

    /** A step that may fail. */
    interface Step {
        void run() throws Exception;
    }

    private static void refused(Errno errno, Step step) {
        assertThatThrownBy(step::run)
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }

    private Path made(String name) throws IOException {
        return Files.createDirectories(base().resolve(name));
    }
}
