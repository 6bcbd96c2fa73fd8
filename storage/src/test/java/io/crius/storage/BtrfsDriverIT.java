package io.crius.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.linux.Linux;
import io.crius.model.ContainerId;
import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of drivers, kept by btrfs. */
final class BtrfsDriverIT implements StorageDriverContract {
    @TempDir
    Path folder;

    private DriverFixture fixture;

    private LoopDisk disk;

    @BeforeEach
    void begin() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "owners and mounts need root");
        disk = LoopDisk.mount("btrfs", 300, folder.resolve("disk.img"), folder.resolve("disk"));
        Files.createDirectory(folder());
        fixture = new DriverFixture(options(), folder());
    }

    @AfterEach
    void end() throws IOException {
        if (fixture != null) {
            fixture.end();
            ForeignTools.unmountBelow(folder(), linux());
        }
        if (disk != null) {
            disk.close();
        }
    }

    @Override
    public DriverKind driver() {
        return DriverKind.BTRFS;
    }

    @Override
    public Path folder() {
        return folder.resolve("disk/test");
    }

    @Override
    public Store store() {
        return fixture.store();
    }

    @Override
    public Linux linux() {
        return fixture.linux();
    }

    @Test
    void refusesAnotherFileSystem() {
        Path plain = folder.resolve("plain");
        StoreOptions options =
                StoreOptions.of(plain.resolve("root"), plain.resolve("run")).with(DriverKind.BTRFS);

        assertThatThrownBy(() -> Store.open(options, linux()))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("is not on a btrfs file system")
                .hasMessageContaining("set storage_driver = \"overlay\"");
        assertThatCode(() -> ForeignTools.unmountBelow(plain, linux())).doesNotThrowAnyException();
    }

    @Test
    void removesLayersInWhichContainersMadeSubvolumes() throws Exception {
        var id = ContainerId.random();
        store().createContainer(new NewContainer(id, List.of("c"), Optional.empty(), "{}"));
        Path root = store().mountContainer(id);
        Process made = new ProcessBuilder(
                        "btrfs", "subvolume", "create", root.resolve("inner").toString())
                .redirectErrorStream(true)
                .start();
        assertThat(made.waitFor()).isZero();

        store().deleteContainer(id);

        assertThat(root).doesNotExist();
    }
}
