package io.crius.image.pull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crius.config.ShortNameMode;
import io.crius.image.artifact.ArtifactStore;
import io.crius.image.auth.CredentialSource;
import io.crius.image.fixture.Clients;
import io.crius.image.fixture.FakeRegistry;
import io.crius.image.fixture.TempRegistriesConf;
import io.crius.image.fixture.TestImage;
import io.crius.image.fixture.Tool;
import io.crius.linux.Linux;
import io.crius.linux.MountInfo;
import io.crius.linux.UnmountFlag;
import io.crius.model.CriusException;
import io.crius.model.ImageId;
import io.crius.model.LayerId;
import io.crius.oci.image.Platform;
import io.crius.storage.Store;
import io.crius.storage.StoreOptions;
import io.crius.storage.archive.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls of an image with a damaged layer, from a registry that counts what is asked of it. */
class LayerRepairIT {
    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final FakeRegistry registry = FakeRegistry.start();
    private final Clients clients = new Clients();
    private Store store;
    private TestImage image = new TestImage();
    private ImageId id = ImageId.random();

    @BeforeEach
    void pullAndDamage() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "layers are unpacked as root only");
        assumeTrue(Tool.isInstalled("tar"), "tar is not installed");
        image = new TestImage().layer(tar("base")).layer(tar("upper")).push(registry, "team/app", "1");
        store = Store.open(StoreOptions.of(folder.resolve("root"), folder.resolve("run")), linux);
        id = pull();
        Files.writeString(folder.resolve("root/overlay").resolve(base().value()).resolve("diff/base"), "BASE");
        assertThat(store.check().layers()).containsOnlyKeys(base());
    }

    @AfterEach
    void cleanUp() throws IOException {
        if (store != null) {
            store.close();
        }
        for (MountInfo mount : linux.mounts().list().reversed()) {
            if (mount.mountPoint().startsWith(folder)) {
                linux.mounts().unmount(mount.mountPoint(), Set.of(UnmountFlag.DETACH, UnmountFlag.NOFOLLOW));
            }
        }
        clients.transports().close();
        registry.close();
    }

    private byte[] tar(String name) throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree-" + name));
        Files.writeString(tree.resolve(name), name);
        Path archive = folder.resolve(name + ".tar");
        Tool.run(folder, "tar", "-C", tree.toString(), "-cf", archive.toString(), ".");
        return Files.readAllBytes(archive);
    }

    private LayerId base() {
        LayerId top = store.image(id).orElseThrow().topLayer().orElseThrow();
        return store.layer(top).orElseThrow().parent().orElseThrow();
    }

    private ImageId pull() {
        return new ImagePuller(
                        store,
                        ArtifactStore.open(folder.resolve("artifacts"), List.of(), linux),
                        new ImageSources(
                                TempRegistriesConf.write(folder, "", registry.host()),
                                CredentialSource.NOTHING,
                                clients.transports(),
                                PullPolicy.ACCEPT_ALL),
                        new PullSettings(
                                ShortNameMode.ENFORCING,
                                new Platform("linux", "amd64", ""),
                                PullLimits.of(2),
                                UnpackLimits.GENEROUS))
                .pull(PullRequest.of(registry.name("team/app:1")));
    }

    private long fetched(int layer) {
        return registry.paths().stream()
                .filter(path -> path.endsWith("/blobs/" + image.blobDigest(layer)))
                .count();
    }

    private Path volume() throws IOException {
        Path volume = Files.createDirectories(folder.resolve("volume"));
        store.mountImageAt(id, volume, "");
        return volume;
    }

    private String refusal(Path volume) {
        return "layer " + base() + " is damaged, and cannot be repaired while " + volume
                + " stands on it; stop the container or image mount that uses that first";
    }

    @Test
    void aRepairBelowAMountIsRefusedBeforeAnythingIsFetched() throws IOException {
        Path volume = volume();

        assertThatThrownBy(this::pull)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("pull " + registry.name("team/app:1") + ": " + refusal(volume));

        assertThat(fetched(0)).isEqualTo(1);
        assertThat(volume.resolve("upper")).hasContent("upper");
        assertThat(store.damage(id)).isPresent();
        linux.mounts().unmount(volume, Set.of());
        assertThat(pull()).isEqualTo(id);
        assertThat(fetched(0)).isEqualTo(2);
        assertThat(fetched(1)).isEqualTo(1);
        assertThat(store.damage(id)).isEmpty();
        assertThat(volume().resolve("base")).hasContent("base");
    }

    /** Somebody mounts it while the layer comes: nothing that one could find out before. */
    @Test
    void aRepairThatIsRefusedInTheEndIsNotTriedAgain() throws IOException {
        registry.fault(exchange -> {
            if (exchange.getRequestURI().getPath().contains(image.blobDigest(0).hex())) {
                volume();
            }
            return false;
        });

        assertThatThrownBy(this::pull)
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("pull " + registry.name("team/app:1") + ": " + refusal(folder.resolve("volume")));

        assertThat(fetched(0)).isEqualTo(2);
        assertThat(store.images()).hasSize(1);
        assertThat(Files.readAllBytes(folder.resolve("root/overlay-layers/layers.json")))
                .asString(UTF_8)
                .contains(base().value());
    }
}
