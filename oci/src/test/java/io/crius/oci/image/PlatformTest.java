package io.crius.oci.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlatformTest {
    private static final Platform AMD64 = new Platform("linux", "amd64", "");

    /** An entry: a digest made of one letter, and the rest of the descriptor. */
    private record Entry(char letter, String rest) {
        String json() {
            return "{\"digest\":\"%s\",\"size\":1%s}".formatted(digest(letter), rest);
        }
    }

    private static Digest digest(char letter) {
        return Digest.parse("sha256:" + String.valueOf(letter).repeat(64));
    }

    private static String on(String architecture, String variant) {
        return ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\",\"variant\":\"" + variant
                + "\"}";
    }

    private static char chosen(ManifestType type, Platform host, Entry... entries) {
        String list = List.of(entries).stream().map(Entry::json).collect(Collectors.joining(",", "[", "]"));
        byte[] manifest = ("{\"schemaVersion\":2,\"manifests\":" + list + "}").getBytes(UTF_8);
        return ((ImageIndex) Manifest.parse(manifest, type))
                .choose(host)
                .digest()
                .hex()
                .charAt(0);
    }

    @Test
    void theEntryOfTheHostsArchitectureIsChosen() {
        for (ManifestType type : List.of(ManifestType.DOCKER_LIST, ManifestType.OCI_INDEX)) {
            assertThat(chosen(type, AMD64, new Entry('a', on("arm64", "v8")), new Entry('b', on("amd64", ""))))
                    .isEqualTo('b');
        }
    }

    @Test
    void anAmd64VariantIsNotChosenOnAmd64() {
        assertThatThrownBy(() -> chosen(ManifestType.OCI_INDEX, AMD64, new Entry('a', on("amd64", "v2"))))
                .isInstanceOf(CriusException.NotFound.class)
                .hasMessage("no image found in image index for architecture \"amd64\", variant \"\", OS \"linux\"");
        assertThatThrownBy(() -> chosen(ManifestType.DOCKER_LIST, AMD64, new Entry('a', "")))
                .hasMessageContaining("in manifest list for architecture");
    }

    @Test
    void theNearestVariantIsChosenOnArm() {
        Platform v7 = new Platform("linux", "arm", "v7");
        Entry[] entries = {
            new Entry('a', on("arm", "")),
            new Entry('b', on("arm", "v5")),
            new Entry('c', on("arm", "v6")),
            new Entry('d', on("arm", "v8"))
        };
        assertThat(chosen(ManifestType.OCI_INDEX, v7, entries)).isEqualTo('c');
        assertThat(chosen(ManifestType.DOCKER_LIST, v7, entries)).isEqualTo('c');
        assertThat(chosen(ManifestType.DOCKER_LIST, new Platform("linux", "arm", ""), entries))
                .isEqualTo('a');
    }

    @Test
    void runnablePlatformsAreOrdered() {
        assertThat(new Platform("linux", "arm64", "").runnable())
                .containsExactly(new Platform("linux", "arm64", ""), new Platform("linux", "arm64", "v8"));
        assertThat(new Platform("linux", "arm", "v6").runnable())
                .extracting(Platform::variant)
                .containsExactly("v6", "v5", "");
        assertThat(AMD64.runnable()).containsExactly(AMD64);
        assertThat(new Platform("linux", "arm", "v7")).hasToString("linux/arm/v7");
    }

    @Test
    void inAnOciIndexAnEntryWithoutPlatformIsTheLastResort() {
        Entry any = new Entry('a', "");
        assertThat(chosen(ManifestType.OCI_INDEX, AMD64, any, new Entry('b', on("amd64", ""))))
                .isEqualTo('b');
        assertThat(chosen(ManifestType.OCI_INDEX, AMD64, any, new Entry('b', on("arm64", ""))))
                .isEqualTo('a');
    }

    @Test
    void zstdIsPreferredInAnOciIndexOnly() {
        String zstd = ",\"annotations\":{\"io.github.containers.compression.zstd\":\"true\"}";
        Entry gzip = new Entry('a', on("amd64", ""));
        Entry better = new Entry('b', on("amd64", "") + zstd);
        assertThat(chosen(ManifestType.OCI_INDEX, AMD64, gzip, better)).isEqualTo('b');
        assertThat(chosen(ManifestType.DOCKER_LIST, AMD64, gzip, better)).isEqualTo('a');
        assertThat(chosen(ManifestType.OCI_INDEX, AMD64, gzip, new Entry('c', on("amd64", ""))))
                .isEqualTo('a');
    }

    @Test
    void theHostsPlatformIsNamedAsGoDoes() {
        assertThat(HostPlatform.of("amd64", () -> "unasked")).isEqualTo(AMD64);
        assertThat(HostPlatform.of("s390x", () -> "")).hasToString("linux/s390x");
        assertThat(HostPlatform.of("aarch64", () -> "processor\t: 0\nCPU architecture: 8\n"))
                .hasToString("linux/arm64/v8");
        assertThat(HostPlatform.of("arm", () -> "model name : ARMv6-compatible processor rev 7\nCPU architecture: 7"))
                .hasToString("linux/arm/v6");
        assertThat(HostPlatform.of("arm", () -> "model name : ARMv7\nCPU architecture: 7"))
                .hasToString("linux/arm/v7");
        assertThat(HostPlatform.of("arm", () -> "CPU architecture: 5TEJ")).hasToString("linux/arm/v5");
        assertThat(HostPlatform.of("arm", () -> "")).hasToString("linux/arm");
    }
}
