package io.crius.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MountInfoLineTest {
    @Test
    void aLineHasAllItsParts() throws IOException {
        MountInfo info = MountInfoLine.parse(
                "36 35 98:0 /mnt1 /mnt2 rw,noatime shared:7 master:1" + " - ext3 /dev/root rw,errors=continue");

        assertThat(info)
                .isEqualTo(new MountInfo(
                        36,
                        "/mnt1",
                        Path.of("/mnt2"),
                        "ext3",
                        "/dev/root",
                        List.of("rw", "errors=continue"),
                        List.of("rw", "noatime"),
                        List.of("shared:7", "master:1")));
    }

    @Test
    void whatTheKernelEscapesIsPlainAgain() throws IOException {
        MountInfo info = MountInfoLine.parse(
                "1 2 0:5 /a\\040b /with\\011tab\\012line\\134back\\043hash rw - fuse.x src\\040name rw,lowerdir=/x\\134:y");

        assertThat(info.root()).isEqualTo("/a b");
        assertThat(info.mountPoint()).isEqualTo(Path.of("/with\ttab\nline\\back#hash"));
        assertThat(info.source()).isEqualTo("src name");
        assertThat(info.superOptions()).contains("lowerdir=/x\\:y");
        assertThat(info.propagation()).isEmpty();
    }

    @Test
    void aBackslashThatEscapesNothingStays() {
        assertThat(MountInfoLine.unescape("a\\9b\\04")).isEqualTo("a\\9b\\04");
        assertThat(MountInfoLine.unescape("\\")).isEqualTo("\\");
        assertThat(MountInfoLine.unescape("\\134040")).isEqualTo("\\040");
    }

    /** Kernel: a source may be empty, as after {@code mount "" /x -t tmpfs}. */
    @Test
    void aSourceMayBeEmpty() throws IOException {
        assertThat(MountInfoLine.parse("1 2 0:5 / /x rw - tmpfs  rw").source()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "1 2 0:5 / /x rw", "1 2 0:5 / /x rw shared:1 - tmpfs"})
    void whatIsNoLineIsSaidToBe(String line) {
        assertThatThrownBy(() -> MountInfoLine.parse(line))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(line);
    }
}
