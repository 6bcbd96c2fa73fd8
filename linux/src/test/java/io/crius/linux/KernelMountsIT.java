package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts on a tmpfs of the test's own, so that an overlay never lies on another. */
final class KernelMountsIT {
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
                .hasMessageContaining("mount(overlay, " + target + "): EINVAL")
                .hasMessageContaining("nonsense");
        assertThat(mounts.isMountPoint(target)).isFalse();
    }

    @Test
    void mountsTheSameByTheOldCall() throws IOException {
        Files.writeString(made("low:er").resolve("file"), "x");
        Path target = made("merged");
        var request = OverlayMounter.classic(new OverlayMount(
                target,
                List.of(base.resolve("low:er")),
                Optional.of(made("upper")),
                Optional.of(made("work")),
                List.of("ro", "metacopy=off")));
        mounts.mount(request.source(), target, request.type(), Set.of(MountFlag.RDONLY), request.data());

        assertThat(request.flags()).isEqualTo(MountFlag.bits(Set.of(MountFlag.RDONLY)));
        assertThat(target.resolve("file")).hasContent("x");
    }
}
