package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.ImageVolumes;
import io.crius.linux.Linux;
import io.crius.oci.runtime.SpecMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the node that containers get: paths below a prefix, secrets, and volumes of images. */
class NodeFilesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void thePathIsReal() throws IOException {
        folder = folder.toRealPath();
    }

    @Test
    void linksAreFollowedWithinThePrefix() throws IOException {
        Path target = Files.createDirectories(folder.resolve("var/lib/data"));
        Files.createSymbolicLink(folder.resolve("data"), Path.of("/var/lib/data"));
        Files.createSymbolicLink(folder.resolve("var/up"), Path.of("../../../var/lib"));
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("/loop"));
        var paths = new NodePaths(folder);
        assertThat(paths.real(Path.of("/data"))).isEqualTo(target);
        assertThat(paths.real(Path.of("/var/up/data"))).isEqualTo(target);
        assertThat(paths.real(Path.of("/var/missing"))).isEqualTo(folder.resolve("var/missing"));
        assertThat(paths.seen(Path.of("/data"))).isEqualTo(folder.resolve("data"));
        assertThatThrownBy(() -> paths.real(Path.of("/loop"))).isInstanceOf(IOException.class);
        assertThat(new NodePaths(Path.of("/")).real(folder)).isEqualTo(folder);
    }

    @Test
    void secretsAreCopiedForTheContainer() throws IOException {
        Path secrets = Files.createDirectories(folder.resolve("secrets/sub"));
        Files.writeString(secrets.resolve("key"), "secret");
        Files.setPosixFilePermissions(secrets.resolve("key"), PosixFilePermissions.fromString("r--------"));
        Path single = Files.writeString(folder.resolve("single"), "one");
        Path file = Files.writeString(folder.resolve("mounts.conf"), """
                # what containers get
                %s:/run/secrets
                %s:/etc/single

                /nonexistent/of/crius:/nowhere
                relative:/else
                """.formatted(folder.resolve("secrets"), single));
        Path own = folder.resolve("container");
        List<SpecMount> mounts =
                SubscriptionMounts.in(List.of(folder.resolve("none"), file)).make(own);
        assertThat(mounts)
                .containsExactly(
                        SpecMount.bind(own + "/run/secrets", "/run/secrets", List.of("bind", "rprivate")),
                        SpecMount.bind(own + "/etc/single", "/etc/single", List.of("bind", "rprivate")));
        assertThat(own.resolve("run/secrets/sub/key")).hasContent("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.resolve("run/secrets/sub/key"))))
                .isEqualTo("r--------");
        assertThat(SubscriptionMounts.in(List.of(file)).make(own)).hasSize(2);
        assertThat(SubscriptionMounts.of(Optional.of(folder.resolve("none"))).make(own))
                .isEqualTo(SubscriptionMounts.of(Optional.empty()).make(own));
    }

    @Test
    void onANodeInFipsModeAContainerIsToldSoAndHasTheImagesPolicies() throws IOException {
        Path rootfs = folder.resolve("rootfs");
        Path policies = Files.createDirectories(rootfs.resolve("usr/share/crypto-policies/back-ends/FIPS"));
        Path config = Files.writeString(rootfs.resolve("usr/share/crypto-policies/default-fips-config"), "FIPS");
        Path own = folder.resolve("container");
        Path flag = Files.writeString(folder.resolve("fips_enabled"), "1\n");
        List<String> bind = List.of("bind", "rprivate");
        assertThat(new FipsFiles(flag).make(own, rootfs, List.of()))
                .containsExactly(
                        SpecMount.bind(own + "/run/secrets", "/run/secrets", bind),
                        SpecMount.bind(policies.toString(), "/etc/crypto-policies/back-ends", bind),
                        SpecMount.bind(config.toString(), "/etc/crypto-policies/config", bind));
        assertThat(own.resolve("run/secrets/system-fips")).isEmptyFile();
        var secrets = SpecMount.bind(own + "/run/secrets", "/run/secrets", bind);
        assertThat(new FipsFiles(flag).make(own, rootfs, List.of(secrets))).hasSize(2);

        Files.writeString(flag, "0\n");
        assertThat(new FipsFiles(flag).make(own, rootfs, List.of())).isEmpty();
        assertThat(new FipsFiles(folder.resolve("none")).make(own, rootfs, List.of()))
                .isEmpty();
    }

    /** Safety: the source of a mount is a file of the node. */
    @Test
    void aLinkOfTheImageLeadsFipsFilesNowhere() throws IOException {
        Path rootfs = folder.resolve("rootfs");
        Files.createDirectories(rootfs.resolve("usr/share/crypto-policies/back-ends"));
        Files.createSymbolicLink(rootfs.resolve("usr/share/crypto-policies/back-ends/FIPS"), Path.of("/etc"));
        Path flag = Files.writeString(folder.resolve("fips_enabled"), "1\n");
        assertThat(new FipsFiles(flag).make(folder.resolve("container"), rootfs, List.of()))
                .extracting(SpecMount::destination)
                .containsExactly("/run/secrets");
    }

    @Test
    void volumesOfTheImageAreFoldersInTheRootfs() throws IOException {
        assertThat(volumes(ImageVolumes.MKDIR, "/data", "srv/more", "/taken", "/"))
                .isEmpty();
        assertThat(folder.resolve("root/data")).isDirectory();
        assertThat(folder.resolve("root/srv/more")).isDirectory();
        assertThat(folder.resolve("root/taken")).doesNotExist();
    }

    @Test
    void orFoldersOfTheirOwn() throws IOException {
        assertThat(volumes(ImageVolumes.BIND, "/data", "/taken", "/zoo"))
                .containsExactly(
                        SpecMount.bind(folder + "/own/0", "/data", List.of("private", "bind", "rw")),
                        SpecMount.bind(folder + "/own/1", "/zoo", List.of("private", "bind", "rw")));
        assertThat(folder.resolve("own/1")).isDirectory();
        assertThat(folder.resolve("root/zoo")).isDirectory();
    }

    @Test
    void orIgnored() throws IOException {
        assertThat(volumes(ImageVolumes.IGNORE, "/data")).isEmpty();
        assertThat(folder.resolve("root/data")).doesNotExist();
    }

    private List<SpecMount> volumes(ImageVolumes policy, String... volumes) throws IOException {
        Path root = Files.createDirectories(folder.resolve("root"));
        try (var rootfs = RootfsFolder.open(Linux.real(), root)) {
            return new ImageVolumeFolders(policy)
                    .make(new TreeSet<>(Set.of(volumes)), Set.of("/taken"), rootfs, folder.resolve("own"));
        }
    }
}
