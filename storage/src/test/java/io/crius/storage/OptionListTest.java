package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.storage.overlay.OverlayOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the options of storage.conf and crio.conf mean, and which are refused. */
final class OptionListTest {
    private static StoreOptions options(DriverKind driver, String... list) {
        return StoreOptions.of(Path.of("/graph"), Path.of("/run/graph"))
                .with(driver)
                .withList(List.of(list));
    }

    @Test
    void overlayTakesWhatItCanHonour() {
        StoreOptions options = options(
                DriverKind.OVERLAY,
                "overlay.mountopt=nodev,metacopy=on",
                "overlay.sync=filesystem",
                "overlay2.skip_mount_home=true",
                ".ignore_chown_errors=true",
                "overlay.imagestore=/one,/two/",
                "disable-volatile=true");

        assertThat(options.options().mountOptions()).containsExactly("nodev", "metacopy=on");
        assertThat(options.options().sync()).isEqualTo(LayerSync.FILESYSTEM);
        assertThat(options.options().driverHome()).isEqualTo(DriverHome.PLAIN_FOLDER);
        assertThat(options.options().chownErrors()).isEqualTo(ChownErrors.IGNORED);
        assertThat(options.options().durability()).isEqualTo(OverlayOptions.Durability.SYNCED);
        assertThat(options.additionalStores()).containsExactly(Path.of("/one"), Path.of("/two"));
    }

    @Test
    void nothingSaidIsTheDefault() {
        assertThat(options(DriverKind.OVERLAY).options()).isEqualTo(DriverOptions.DEFAULT);
        assertThat(options(DriverKind.OVERLAY, "overlay.size=", "overlay.use_composefs=false", "overlay.mount_program=")
                        .options())
                .isEqualTo(DriverOptions.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "overlay.mount_program=/usr/bin/fuse-overlayfs | mounts overlays by the kernel",
                "overlay.size=10G | need project quotas",
                "overlay.inodes=1000 | need project quotas",
                "overlay.force_mask=shared | needs a mount program",
                "overlay.use_composefs=true | needs partial pulls",
                "overlay.additionallayerstore=/x:ref | use additionalimagestores",
                "overlay.nonsense=1 | driver overlay has no option \"nonsense\"",
                "vfs.sync=filesystem | is of another driver than overlay",
                "overlay.sync=always | expected none or filesystem",
                "overlay.skip_mount_home=perhaps | expected true or false",
                "overlay.imagestore=relative | is not an absolute path",
                "nonsense | is not of the form key=value"
            })
    void whatCannotBeHonouredIsRefusedWithTheReason(String option, String reason) {
        assertThatThrownBy(() -> options(DriverKind.OVERLAY, option))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("\"" + option + "\"")
                .hasMessageContaining(reason);
    }

    @Test
    void driversWithWholeTreesMountNothing() {
        assertThatThrownBy(() -> options(DriverKind.VFS, "vfs.mountopt=nodev"))
                .hasMessageContaining("driver vfs mounts nothing");
        assertThatThrownBy(() -> options(DriverKind.BTRFS, "btrfs.min_space=1G"))
                .hasMessageContaining("cannot be honoured");
        assertThatThrownBy(() -> options(DriverKind.BTRFS, "additionalimagestore=/x"))
                .hasMessageContaining("storage driver btrfs has no additional image stores");
        assertThatThrownBy(() -> StoreOptions.of(Path.of("/graph"), Path.of("/run/graph"))
                        .with(DriverKind.VFS)
                        .withImageStore(Optional.of(Path.of("/images"))))
                .hasMessageContaining("remove imagestore");
    }

    @Test
    void noFolderIsGivenTwice() {
        assertThatThrownBy(() -> options(DriverKind.OVERLAY, "imagestore=/graph"))
                .hasMessageContaining("/graph is given twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"devicemapper", "aufs"})
    void driversThatWereGivenUpAreRefusedWithAWayOut(String driver) {
        assertThatThrownBy(() -> DriverKind.of(driver))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("storage driver \"" + driver + "\" was given up")
                .hasMessageContaining("move to \"overlay\"");
    }

    @Test
    void otherDriversAreNamed() {
        assertThat(DriverKind.of("overlay2")).isEqualTo(DriverKind.OVERLAY);
        assertThatThrownBy(() -> DriverKind.of("zfs")).hasMessageContaining("use \"overlay\"");
        assertThatThrownBy(() -> DriverKind.of("ovrlay")).hasMessageContaining("use one of overlay, vfs, btrfs");
    }
}
