package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.ImageVolumes;
import io.crius.linux.KernelFeature;
import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An image that would have the daemon read or write something of the node. */
@Timeout(30)
class HostileImageTest {
    private static final String ROOT = "root:x:0:0:root:/root:/bin/sh\n";

    private final Linux linux = Linux.real();
    private final ContainerFiles files = new ContainerFiles(linux, MountRules.NONE, ImageVolumes.MKDIR);

    @TempDir
    Path folder;

    private Path rootfs = Path.of("/nowhere");
    private Path etc = Path.of("/nowhere");

    @BeforeEach
    void makeARootFilesystem() throws IOException {
        Assumptions.assumeTrue(linux.features().has(KernelFeature.OPENAT2), "openat2 is needed");
        rootfs = Files.createDirectory(folder.resolve("rootfs"));
        etc = Files.createDirectory(rootfs.resolve("etc"));
        Files.writeString(folder.resolve("passwd"), "spy:x:4711:4711:::\n");
    }

    private boolean knowsTheSpy() {
        return files.users(rootfs).userNamed("spy").isPresent();
    }

    @Test
    void theUsersAreThoseOfTheImageAndNotThoseThatALinkLeadsTo() throws IOException {
        Files.createSymbolicLink(etc.resolve("passwd"), folder.resolve("passwd"));
        assertThat(knowsTheSpy()).isFalse();
        Files.delete(etc.resolve("passwd"));
        Files.createSymbolicLink(etc.resolve("passwd"), Path.of("../../../../../../.." + folder + "/passwd"));
        assertThat(knowsTheSpy()).isFalse();
        Files.delete(etc.resolve("passwd"));
        Files.writeString(etc.resolve("real"), ROOT + "spy:x:4711:4711:::\n");
        Files.createSymbolicLink(etc.resolve("passwd"), Path.of("/etc/real"));
        assertThat(knowsTheSpy()).isTrue();
    }

    @Test
    void aFolderOfLinksLeadsNowhere() throws IOException {
        Files.delete(etc);
        Files.createSymbolicLink(etc, folder);
        assertThat(knowsTheSpy()).isFalse();
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        new ProcessBuilder("mkfifo", etc.resolve("passwd").toString()).start().waitFor();
        assertThat(knowsTheSpy()).isFalse();
    }

    @Test
    void whatIsTooLongIsCutOff() throws IOException {
        Files.writeString(etc.resolve("passwd"), "#".repeat(2 << 20) + "\nspy:x:4711:4711:::\n");
        assertThat(knowsTheSpy()).isFalse();
    }

    @Test
    void aLogThatIsALinkIsReplacedAndWhatItLedToStays() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "precious");
        Path log = folder.resolve("logs/main.log");
        Files.createDirectory(folder.resolve("logs"));
        Files.createSymbolicLink(log, target);
        files.prepareLog(log);
        assertThat(log).doesNotExist();
        assertThat(target).hasContent("precious");
    }
}
