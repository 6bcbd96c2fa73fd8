package io.crius.server.selinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.model.CriusException;
import io.crius.server.state.SelinuxLabel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel without SELinux keeps its attribute as it keeps others; only root may write it. */
class KernelFileLabelsIT {
    private static final SelinuxLabel LABEL = SelinuxLabel.parse("system_u:object_r:container_file_t:s0:c1,c2");
    private static final SelinuxLabel OTHER = LABEL.withLevel("s0:c3,c4");

    @TempDir
    Path folder;

    private final Linux linux = Linux.real();
    private final FileLabels labels = new KernelFileLabels(linux);

    private Path volume;

    @BeforeEach
    void fill() throws IOException {
        volume = Files.createDirectories(folder.resolve("volume"));
        Files.writeString(Files.createDirectories(volume.resolve("a/b")).resolve("file"), "text");
        Files.writeString(folder.resolve("outside"), "text");
        Files.createSymbolicLink(volume.resolve("link"), folder.resolve("outside"));
    }

    private String labelOf(Path path) throws IOException {
        try (Fd parent = linux.descriptors()
                .open(Objects.requireNonNull(path.getParent()), Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY), 0)) {
            Optional<byte[]> value = linux.attributes()
                    .xattrAt(parent, Objects.requireNonNull(path.getFileName()).toString(), "security.selinux");
            return value.map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                    .orElse("");
        }
    }

    @Test
    void allFilesOfAVolumeGetTheLabelAndNothingThatALinkLeadsTo() throws IOException {
        labels.label(volume, LABEL, FileLabels.Top.TELLS_NOTHING);
        for (String file : new String[] {"", "a", "a/b", "a/b/file", "link"}) {
            assertThat(labelOf(volume.resolve(file).normalize())).as(file).isEqualTo(LABEL + "\0");
        }
        assertThat(labelOf(folder.resolve("outside"))).isEmpty();
    }

    @Test
    void aSingleFileIsAVolumeToo() throws IOException {
        labels.label(folder.resolve("outside"), LABEL, FileLabels.Top.TELLS_NOTHING);
        assertThat(labelOf(folder.resolve("outside"))).isEqualTo(LABEL + "\0");
    }

    @Test
    void whereTheTopTellsAllNothingElseIsLookedAt() throws IOException {
        labels.label(volume, LABEL, FileLabels.Top.TELLS_NOTHING);
        Files.writeString(volume.resolve("new"), "text");
        labels.label(volume, LABEL, FileLabels.Top.TELLS_ALL);
        assertThat(labelOf(volume.resolve("new"))).isEmpty();
        labels.label(volume, OTHER, FileLabels.Top.TELLS_ALL);
        assertThat(labelOf(volume.resolve("new"))).isEqualTo(OTHER + "\0");
        assertThat(labelOf(volume.resolve("a/b/file"))).isEqualTo(OTHER + "\0");
    }

    @Test
    void aFileThatHasTheLabelIsNotWritten() throws Exception {
        labels.label(volume, LABEL, FileLabels.Top.TELLS_NOTHING);
        Instant changed = changeTime(volume.resolve("a/b/file"));
        labels.label(volume, LABEL, FileLabels.Top.TELLS_NOTHING);
        assertThat(changeTime(volume.resolve("a/b/file"))).isEqualTo(changed);
    }

    private static Instant changeTime(Path file) throws IOException {
        return ((java.nio.file.attribute.FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
    }

    @Test
    void aFileSystemWithoutLabelsIsLeftAsItIs() {
        labels.label(Path.of("/proc/self/comm"), LABEL, FileLabels.Top.TELLS_NOTHING);
        assertThat(Path.of("/proc/self/comm")).exists();
    }

    @Test
    void foldersOfTheNodeAreRefused() {
        for (String place : new String[] {"/", "/usr", "/etc", "/var/lib"}) {
            assertThatThrownBy(() -> labels.label(Path.of(place), LABEL, FileLabels.Top.TELLS_NOTHING))
                    .isInstanceOf(CriusException.InvalidArgument.class)
                    .hasMessageStartingWith("SELinux relabeling of " + place + " is not allowed");
        }
    }
}
